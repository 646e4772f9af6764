import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the bundles of the functions were made of, in a file beside them. */
type Note = Readonly<{
  /** names of the functions' own files: a new one belongs to none of the bundles yet */
  functions: readonly string[];
  /** path from the root → size and time of last change, as one text */
  files: Readonly<Record<string, string | undefined>>;
}>;
type Place = Readonly<{ folder: string; note: string; functions: readonly string[] }>;

type Made = Place & Readonly<{ inputs: readonly string[]; outputs: readonly string[]; startedMs: number }>;

/**
 * Note inputs and outputs (paths from `folder`) as they are now. If an input is gone, or changed since `startedMs` (epoch
 * ms), nobody knows which version was read: then there is no note.
 */
export function noteMadeOf({ folder, note, functions, inputs, outputs, startedMs }: Made): void {
  rmSync(note, { force: true });
  const isSure = inputs.every((file) => {
    const stat = statSync(join(folder, file), { throwIfNoEntry: false });
    return stat !== undefined && stat.mtimeMs < startedMs;
  });
  if (!isSure) return;
  const files = Object.fromEntries([...inputs, ...outputs].map((file) => [file, factsOf(folder, file)]));
  writeFileSync(note, JSON.stringify({ functions, files } satisfies Note));
}

/** Whether there is a note, and everything in it is as it was. */
export function isAsNoted({ folder, note, functions }: Place): boolean {
  const noted = readNote(note);
  if (noted === undefined || noted.functions.join() !== functions.join()) return false;
  return Object.entries(noted.files).every(([file, facts]) => factsOf(folder, file) === facts);
}

function factsOf(folder: string, file: string): string | undefined {
  const stat = statSync(join(folder, file), { throwIfNoEntry: false });
  return stat && `${stat.size} ${stat.mtimeMs}`;
}

/** A stack that ended while it wrote leaves half a note: that is none. */
function readNote(path: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Note;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT")) return;
    throw error;
  }
}
