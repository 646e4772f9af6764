import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAsNoted, noteMadeOf } from "../../local/made-of.ts";

// Bundles are made again when anything that they are made of has changed, and only then.

let folder: string;
let place: Readonly<{ folder: string; note: string; functions: readonly string[] }>;
const START_MS = Date.UTC(2026, 0, 1);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "made-of-"));
  place = { folder, note: join(folder, ".build", "made-of.json"), functions: ["a.ts", "b.ts"] };
  mkdirSync(join(folder, ".build"));
  write("a.ts", "one", START_MS - 1);
  write("lock.json", "{}", START_MS - 1);
  write(".build/a.mjs", "bundle", START_MS + 5);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string, atMs: number): void {
  writeFileSync(join(folder, file), text);
  utimesSync(join(folder, file), atMs / 1000, atMs / 1000);
}
const note = (inputs = ["a.ts", "lock.json"]) =>
  noteMadeOf({ ...place, inputs, outputs: [".build/a.mjs"], startedMs: START_MS });

it("nothing has changed", () => {
  note();
  expect(isAsNoted(place)).toBe(true);
});

describe("made again:", () => {
  it.each<{ when: string; change: () => void }>([
    { when: "a source has another size", change: () => write("a.ts", "longer", START_MS - 1) },
    { when: "a source was saved again", change: () => write("a.ts", "two", START_MS + 9) },
    { when: "a source is gone", change: () => rmSync(join(folder, "a.ts")) },
    { when: "the lock file changed", change: () => write("lock.json", "[]", START_MS + 9) },
    { when: "a bundle was changed by somebody else", change: () => write(".build/a.mjs", "bundl", START_MS + 5) },
    { when: "a bundle is gone", change: () => rmSync(join(folder, ".build/a.mjs")) },
    { when: "the note was written by half", change: () => writeFileSync(place.note, '{"functions"') },
    { when: "there is no note", change: () => rmSync(place.note) },
  ])("$when", ({ change }) => {
    note();
    change();
    expect(isAsNoted(place)).toBe(false);
  });

  it("there is another function", () => {
    note();
    expect(isAsNoted({ ...place, functions: [...place.functions, "c.ts"] })).toBe(false);
  });

  it.each([
    { when: "a source was saved while they were made", atMs: START_MS },
    { when: "a source is gone when they are made", atMs: undefined },
  ])("$when", ({ atMs }) => {
    note(); // of an earlier time: it does not hold any more
    if (atMs === undefined) rmSync(join(folder, "a.ts"));
    else write("a.ts", "two", atMs);
    note();
    expect(() => readFileSync(place.note)).toThrow();
    expect(isAsNoted(place)).toBe(false);
  });
});
