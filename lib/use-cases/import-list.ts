import { ListFileError } from "../../list-reader/list-file.ts";
import { StoreContended } from "../domain/errors.ts";
import { isGone, type Job, type JobChange } from "../domain/job.ts";
import { may } from "../domain/job-state.ts";
import { beginImport, type ListImport, MAX_UPLOAD_BYTES, nextLookMs, uploadKey } from "../domain/list-upload.ts";
import type { Receivers } from "../domain/receivers.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Nudges } from "../ports/nudges.ts";
import type { Uploads } from "../ports/uploads.ts";
import { type FinishImportPorts, makeFinishImport } from "./finish-import.ts";
import { type ImportSourcePorts, makeImportSource, UploadLost } from "./import-source.ts";
import { SegmentLost } from "./merge-segments.ts";
import { SEGMENT_IDS, sortIntoSegments } from "./sort-into-segments.ts";

export type ImportPorts = ImportSourcePorts &
  FinishImportPorts &
  Readonly<{ jobs: JobStore; uploads: Pick<Uploads, "stat" | "read">; nudges: Nudges; segmentIds?: number }>;

/** A job whose list is to be made. `run`: of the file that was uploaded for it just now. */
export type ImportNudge = Readonly<{ job: string; run?: string }>;

/** An import that says nothing for so long is dead, and dispatch asks for another. The function's own limit is 15 minutes. */
const IMPORT_MS = 16 * 60_000;
/** What writing down the last segment may take. */
const RESERVE_MS = 45_000;
/** The list is made in one go. With less time left that is another invocation's work. */
const MERGE_MS = 400_000;

/**
 * Make the list of a job that is `awaiting-list` or `importing`, and let it go on. Safe to repeat, to kill and to run twice:
 * every write of the job is conditional, so of two imports one stops at its next write; whatever else is written stands under
 * a name drawn by this invocation, and only the write of the job makes it count.
 *
 * @returns a function of the job and of when this invocation ends, epoch ms. An import that has no time left asks for
 *   another one, if it has come further; otherwise it fails, so that its message comes again more and more seldom
 */
export function makeImportList(ports: ImportPorts): (nudge: ImportNudge, deadlineMs: number) => Promise<Settled> {
  const { jobs, uploads, scratch, nudges, clock, drawId, segmentIds = SEGMENT_IDS } = ports;
  const sourceOf = makeImportSource(ports);
  const { finish, reject } = makeFinishImport(ports);

  return async function importList({ job: id, run }, deadlineMs) {
    const found = await jobs.find(id);
    const nowMs = clock.now();
    if (!found || isGone(found, nowMs) || !may("import", found.state)) return DELETE;
    if (run !== undefined && run !== found.run) return DELETE; // a file for a try that lost
    const isArrival = found.state === "awaiting-list" && run !== undefined;
    if (!isArrival && (found.dueAtMs ?? 0) > nowMs) return DELETE; // it is imported, or is looked for later
    const file = found.upload && (await uploads.stat(uploadKey(found)));
    if (found.state === "awaiting-list" && !file) {
      await jobs.write(found, { dueAtMs: nextLookMs(found, nowMs) });
      return DELETE;
    }
    await work(found, file, deadlineMs);
    return DELETE;
  };

  async function work(found: Job, file: Awaited<ReturnType<Uploads["stat"]>>, deadlineMs: number): Promise<void> {
    const start = stateOf(found, file);
    const claim: JobChange = { state: "importing", dueAtMs: clock.now() + IMPORT_MS, import: start };
    let job = await jobs.write(found, claim);
    /** Every write of this import, each on top of the last. False: somebody else changed the job. */
    const write = async (change: JobChange): Promise<boolean> => {
      const next = job && (await jobs.write(job, change));
      job = next;
      return next !== undefined;
    };
    if (!job) return;
    try {
      const why = refusalOf(job, start, file);
      const change = why === undefined ? await makeIt(job, start, write, deadlineMs) : reject(job, why, start);
      if (change === undefined) return;
      if (!(await write(change)) || change.state === "rejected") return;
      await nudges.dispatch({ account: found.account, atMs: clock.now() }, 1).catch(() => {});
    } catch (error) {
      const lost = error instanceof SegmentLost || error instanceof UploadLost;
      const again: JobChange = { dueAtMs: clock.now(), ...(lost && { import: undefined }) }; // from its beginning
      await write(again).catch(() => {}); // the next try need not wait until this one is dead
      throw error;
    }
  }

  /** @returns what is to be written at the end; `undefined`: the rest is another invocation's, or somebody else's */
  async function makeIt(
    job: Job,
    start: ListImport,
    write: (change: JobChange) => Promise<boolean>,
    deadlineMs: number,
  ): Promise<JobChange | undefined> {
    const save = async (state: ListImport, isLate: boolean): Promise<boolean> => {
      const isStuck = isLate && !state.isRead && state.place.offset === start.place.offset;
      if (isStuck) throw new StoreContended(`the import of job ${job.id} came no further in a whole invocation`);
      return write({ import: state, dueAtMs: clock.now() + (isLate ? 0 : IMPORT_MS) });
    };
    let state = start;
    let held: Receivers | undefined;
    if (!start.isRead) {
      const isLate = () => clock.now() + RESERVE_MS > deadlineMs;
      const settings = { run: job.run, id: drawId(), segmentIds, isLate };
      try {
        const sorted = await sortIntoSegments(scratch, start, sourceOf(job, start), save, settings);
        if (sorted === "lost") return undefined;
        if (sorted === "late") return goOn(job.id);
        ({ state, held } = { held: undefined, ...sorted });
      } catch (error) {
        if (error instanceof ListFileError) return reject(job, error.message, start);
        throw error;
      }
    }
    const isLate = !start.isRead && !held && clock.now() + MERGE_MS > deadlineMs;
    if (!isLate) return finish(job, state, held);
    return (await save(state, true)) ? goOn(job.id) : undefined;
  }

  async function goOn(id: string): Promise<undefined> {
    await nudges.import(id).catch(() => {}); // dispatch asks for it too
  }
}

/** How far the import has come; from the beginning if it has not begun. */
const stateOf = ({ import: state }: Job, file: Awaited<ReturnType<Uploads["stat"]>>): ListImport =>
  state ?? beginImport(file);

/** Why the file cannot be read at all. */
function refusalOf(
  { upload }: Job,
  { etag, isRead }: ListImport,
  file: Awaited<ReturnType<Uploads["stat"]>>,
): string | undefined {
  if (!upload || isRead) return undefined;
  if (!file || etag === undefined) return "the uploaded file is gone";
  return file.bytes > MAX_UPLOAD_BYTES
    ? `the file has ${file.bytes} bytes; the most is ${MAX_UPLOAD_BYTES}`
    : undefined;
}
