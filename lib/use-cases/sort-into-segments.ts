import type { BadLine } from "../../list-reader/list-file.ts";
import { type ListImport, MAX_DESCRIBED, segmentKey, withSegment } from "../domain/list-upload.ts";
import { joinIds, type Receivers, sortOut } from "../domain/receivers.ts";
import type { ImportScratch } from "../ports/import-scratch.ts";
import type { SourcePiece } from "./import-source.ts";

export type SortSettings = Readonly<{
  run: string;
  /** Drawn by this invocation: what it writes is its own. */
  id: string;
  /** Ids that are sorted in memory at once. */
  segmentIds: number;
  /** Whether time is up. */
  isLate: () => boolean;
}>;

/** `held`: all ids there are, sorted, if they never had to be written down. */
export type Sorted = Readonly<{ state: ListImport; held?: Receivers }> | "late" | "lost";

/** Ids that are sorted in memory at once: 8 MB, sorting needs as much again. */
export const SEGMENT_IDS = 1_000_000;

/**
 * Read a source to its end, sort its ids in segments and write each down, then how far it is.
 *
 * @param save writes down how far it is; false: somebody else changed the job
 * @returns "late": time is up, and what was read is written down
 */
export async function sortIntoSegments(
  scratch: ImportScratch,
  start: ListImport,
  pieces: AsyncIterable<SourcePiece>,
  save: (state: ListImport, isLate: boolean) => Promise<boolean>,
  { run, id, segmentIds, isLate }: SortSettings,
): Promise<Sorted> {
  let state = start;
  let written = 0;
  let held: Receivers[] = [];
  let heldIds = 0;
  let bad: BadLine[] = [];

  for await (const piece of pieces) {
    if (piece.ids.length > 0) held.push(piece.ids);
    heldIds += piece.ids.length;
    const described = piece.bad.slice(0, MAX_DESCRIBED - state.described);
    bad.push(...described);
    state = {
      ...state,
      bytes: piece.bytes,
      place: piece.place,
      ids: state.ids + piece.ids.length,
      badLines: state.badLines + piece.badCount,
      described: state.described + described.length,
    };
    const late = !piece.isEnd && isLate();
    if (heldIds < segmentIds && !late) continue;
    await writeSegment();
    if (!(await save(state, late))) return "lost";
    if (late) return "late";
  }
  if (state.segments.length === 0 && bad.length === 0) {
    return { state: { ...state, isRead: true }, held: sortOut(joinIds(held)).receivers };
  }
  await writeSegment();
  state = { ...state, isRead: true };
  return (await save(state, false)) ? { state } : "lost";

  async function writeSegment(): Promise<void> {
    if (heldIds === 0 && bad.length === 0) return;
    const key = segmentKey(run, id, written++);
    const { receivers } = sortOut(joinIds(held));
    [held, heldIds] = [[], 0];
    await scratch.writeIds(key, receivers);
    if (bad.length > 0) await scratch.writeText(`${key}.bad`, bad.map(toReportLine).join(""));
    bad = [];
    state = { ...state, segments: withSegment(state.segments, id) };
  }
}

const toReportLine = ({ line, text, reason }: BadLine): string =>
  `${JSON.stringify({ Line: line, Text: text, Reason: reason })}\n`;
