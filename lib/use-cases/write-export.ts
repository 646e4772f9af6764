import { AppError, ListDamaged } from "../domain/errors.ts";
import type { ExportTask } from "../domain/export-task.ts";
import { isGone, type Job } from "../domain/job.ts";
import {
  applyToExport,
  type ExportChange,
  exportKey,
  NOTHING_WRITTEN,
  type OutcomeExport,
} from "../domain/outcome-export.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExportQueue } from "../ports/export-queue.ts";
import type { ExportStore } from "../ports/export-store.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { ReportFile, ReportFiles } from "../ports/report-files.ts";
import type { ReadPart } from "./read-part.ts";

export type WriteExportPorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  exports: ExportStore;
  reportFiles: ReportFiles;
  exportQueue: ExportQueue;
  readPart: ReadPart;
  clock: Clock;
}>;

/** Nobody else begins while this lasts; renewed with every part. Longer than a part takes with all its retries. */
const LEASE_MS = 180_000;
/** With less time than this no further part is begun. */
const PART_MS = 120_000;
/** Tries without a part between them until it is given up. SQS gives up after ten. */
const MOST_ATTEMPTS = 8;
/** Files begun anew until it is given up. */
const MOST_RESTARTS = 3;

const CONTENT_TYPE = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

/** Whoever has the export now has a message of their own; this one comes again in case that they die. */
class Lost extends AppError {
  override readonly name = "Lost";
  readonly code = "LOST";
}

/** The export as it was last written. Whoever finds that somebody else has written it since stops. */
type Held = { mine: OutcomeExport };

/**
 * Write a file of outcomes part by part. Each part holds the receivers behind the last one, and what was written is noted
 * after it: whoever goes on makes the part that was not noted once more, under the same number. So the file has everybody
 * once, wherever somebody died.
 *
 * @returns a function that throws what its ports throw: the message comes back, and the next try goes on
 */
export function makeWriteExport(ports: WriteExportPorts): (task: ExportTask, deadlineMs: number) => Promise<Settled> {
  const { jobs, exports, reportFiles, exportQueue, readPart, clock } = ports;

  return async function writeExport(task, deadlineMs) {
    const job = await findJob(task);
    const mine = job && (await exports.find(task.run, task.request));
    if (!job || mine?.state !== "running") return DELETE;
    if (mine.leaseUntilMs > clock.now()) return { kind: "go-back", atMs: mine.leaseUntilMs };
    const held = { mine };
    try {
      if (mine.attempts >= MOST_ATTEMPTS) await fail(job, held, "it could not be written, however often it was tried");
      else await save(job, held, { attempts: mine.attempts + 1 });
      while (held.mine.state === "running") {
        const current = await findJob(task); // read anew: what is not recorded is as its state says
        if (!current) return DELETE;
        if (clock.now() + PART_MS > deadlineMs) return await handOn(current, held, task);
        await step(current, held);
      }
      return DELETE;
    } catch (error) {
      if (error instanceof Lost) return { kind: "go-back", atMs: clock.now() + LEASE_MS };
      await save(job, held, { leaseUntilMs: 0 }).catch(() => {}); // the next try need not wait
      throw error;
    }
  };

  async function step(job: Job, held: Held): Promise<void> {
    try {
      await (held.mine.complete ? finish(job, held) : writePart(job, held));
    } catch (error) {
      if (!(error instanceof ListDamaged)) throw error;
      await fail(job, held, "the job's receiver list is damaged");
    }
  }

  async function writePart(job: Job, held: Held): Promise<void> {
    const { bytes, rows, after, isLast } = await readPart(job, held.mine, () => renew(job, held));
    const { mine } = held;
    const written = { rows: mine.rows + rows, bytes: mine.bytes + bytes.length, attempts: 0 };
    const file = fileOf(mine);
    if (isLast && mine.upload === undefined) {
      await reportFiles.put(file, bytes);
      return save(job, held, { ...written, ...done() });
    }
    const id = mine.upload?.id ?? (await reportFiles.begin(file));
    const receipts = mine.upload?.receipts ?? [];
    const receipt = await reportFiles.part(file, id, receipts.length + 1, bytes);
    if (receipt === undefined) return restart(job, held);
    const upload = { id, receipts: [...receipts, receipt] };
    return save(job, held, { ...written, upload, complete: isLast, ...(after !== undefined && { after }) });
  }

  /** A filter may find next to nothing for a long time. */
  async function renew(job: Job, held: Held): Promise<void> {
    if (clock.now() > held.mine.leaseUntilMs - LEASE_MS / 2) await save(job, held, {});
  }

  async function finish(job: Job, held: Held): Promise<void> {
    const { upload } = held.mine;
    const isThere = upload && (await reportFiles.complete(fileOf(held.mine), upload.id, upload.receipts));
    return isThere ? save(job, held, done()) : restart(job, held);
  }

  function done(): ExportChange {
    return { state: "done", doneAtMs: clock.now(), leaseUntilMs: 0 };
  }

  /** The bucket has lost the parts, or has others than were noted: from the beginning, under another name. */
  async function restart(job: Job, held: Held): Promise<void> {
    const { mine } = held;
    if (mine.restarts >= MOST_RESTARTS) return fail(job, held, "the bucket lost its parts, each time");
    await abort(mine);
    const file = `${mine.file.replace(/-\d+$/, "")}-${mine.restarts + 1}`;
    const fresh = { ...NOTHING_WRITTEN, upload: undefined, after: undefined };
    return save(job, held, { ...fresh, file, restarts: mine.restarts + 1 });
  }

  async function fail(job: Job, held: Held, reason: string): Promise<void> {
    await abort(held.mine);
    return save(job, held, { state: "failed", reason, leaseUntilMs: 0 });
  }

  /** What is left of an upload the bucket deletes after a day by itself. */
  async function abort(mine: OutcomeExport): Promise<void> {
    if (mine.upload) await reportFiles.abort(fileOf(mine), mine.upload.id).catch(() => {});
  }

  /** Little time is left: another invocation goes on. */
  async function handOn(job: Job, held: Held, task: ExportTask): Promise<Settled> {
    await save(job, held, { leaseUntilMs: 0 });
    await exportQueue.send(task);
    return DELETE;
  }

  /** @throws {Lost} */
  async function save(job: Job, held: Held, change: ExportChange): Promise<void> {
    const next = applyToExport(held.mine, { leaseUntilMs: clock.now() + LEASE_MS, ...change });
    if (!(await exports.write(next, held.mine, job.goneAtMs))) throw new Lost("somebody else writes this export now");
    held.mine = next;
  }

  async function findJob({ job: id, run }: ExportTask): Promise<Job | undefined> {
    const job = await jobs.find(id);
    return job?.run === run && !isGone(job, clock.now()) ? job : undefined;
  }
}

const fileOf = (mine: OutcomeExport): ReportFile => ({
  key: exportKey(mine),
  contentType: CONTENT_TYPE[mine.request.format],
});
