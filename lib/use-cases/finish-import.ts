import { scheduledDueMs } from "../domain/control.ts";
import { ListDamaged } from "../domain/errors.ts";
import { estimateSeconds, type Job, type JobChange, type StoredList, withEntry } from "../domain/job.ts";
import { type ListImport, MAX_DESCRIBED, reportKey, segmentKeys } from "../domain/list-upload.ts";
import { pacedBatchSize } from "../domain/max-per-minute.ts";
import { joinIds, type Receivers } from "../domain/receivers.ts";
import { startsAtMs } from "../domain/send-window.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImportScratch } from "../ports/import-scratch.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import type { ReportFiles } from "../ports/report-files.ts";
import { makeLeaveOut } from "./leave-out.ts";
import { mergeSegments } from "./merge-segments.ts";
import { type CreateJobSettings, type PlanJobPorts, readLimits } from "./plan-job.ts";

export type FinishImportPorts = Readonly<{
  messages: MessageStore;
  lists: Pick<ReceiverLists, "write" | "writeAll" | "read" | "manifest">;
  scratch: ImportScratch;
  reports: Pick<ReportFiles, "put">;
  clock: Clock;
  drawId: () => string;
  settings: Pick<CreateJobSettings, "maxBatch" | "cutOf">;
  /** The limits that hold for an account. Absent: those of the settings. */
  limitsOf?: PlanJobPorts["limitsOf"];
}>;

/** What came of a whole list. `named`: how many users it names, those who are left out among them. */
type Made =
  | Readonly<{ receivers: number; named: number; list?: StoredList; text?: string }>
  | Readonly<{ reason: string }>;

/** A list has more receivers than its client may have in a job. */
class TooMany extends Error {
  override readonly name = "TooMany";
}

/**
 * Make the list of an import that has read everything, or say why there is none.
 *
 * @returns functions that give the change of the job. A list is written under a name of its own: only the write of the job
 *   makes it the job's
 */
export function makeFinishImport(ports: FinishImportPorts) {
  const { messages, lists, scratch, reports, clock, drawId, settings } = ports;
  const limitsOf = readLimits(ports);
  const leaveOut = makeLeaveOut(lists);
  return { finish, reject };

  async function finish(job: Job, state: ListImport, held?: Receivers): Promise<JobChange> {
    const report = await writeReport(job, state);
    const done = { ...state, ...report };
    const most = job.upload?.maxBadLines ?? 0;
    if (state.badLines > most) {
      const lines = state.badLines === 1 ? "1 line of the list is bad" : `${state.badLines} lines of the list are bad`;
      return reject(job, `${lines}; MaxBadLines is ${most}`, done);
    }
    const made = await makeList(job, state, held);
    return "reason" in made ? reject(job, made.reason, done) : stored(job, made, done);
  }

  /** The job ends: nothing is sent. */
  function reject(job: Job, reason: string, state: ListImport | undefined = job.import): JobChange {
    const history = withEntry(job.history, { atMs: clock.now(), event: "rejected", by: "volley" });
    const shown = state && { import: { ...state, segments: [] } };
    return { state: "rejected", reason, canceled: job.receivers, dueAtMs: undefined, history, ...shown };
  }

  async function makeList(job: Job, state: ListImport, held: Receivers | undefined): Promise<Made> {
    const most = job.upload?.maxReceivers ?? Number.POSITIVE_INFINITY;
    try {
      return await writeList(
        job,
        upTo(most, held ? oneOf(held) : mergeSegments(scratch, segmentKeys(job.run, state.segments))),
        held !== undefined,
      );
    } catch (error) {
      if (error instanceof TooMany) return { reason: tooMany(most) };
      if (error instanceof ListDamaged) return { reason: `a list of Except is damaged: ${error.message}` };
      throw error;
    }
  }

  /** @param isOne it comes in one piece: it is written in one, too */
  async function writeList(job: Job, pieces: AsyncGenerator<Receivers>, isOne: boolean): Promise<Made> {
    const { upload, except = [] } = job;
    const batchSize = pacedBatchSize(job, settings.cutOf(job.account).bulkBatchSize);
    let named = 0;
    async function* left(): AsyncGenerator<Receivers> {
      for await (const ids of pieces) {
        named += ids.length;
        const some = await leaveOut(ids, except);
        if (some.length > 0) yield some;
      }
    }
    const { small, all } = await readBeginning(left(), pacedBatchSize(job, settings.maxBatch));
    if (small?.length === 0 && named > 0)
      return { reason: `Except leaves nobody of the ${named} users that the list names` };
    if (small?.length === 0) return { reason: upload ? "the list names nobody" : "nobody is left to retry" };
    if (small) return { receivers: small.length, named, text: small.join(",") };
    if (isOne) {
      const ids = joinIds(await Array.fromAsync(all()));
      const cut = { receivers: ids.length, batches: Math.ceil(ids.length / batchSize), batchSize };
      return { receivers: ids.length, named, list: { list: await lists.write(drawId(), ids, batchSize), ...cut } };
    }
    const list = await lists.writeAll(drawId(), all(), batchSize);
    return { receivers: list.receivers, named, list };
  }

  /** Where it is small enough for one batch the list goes into the message item. */
  async function stored(job: Job, made: Exclude<Made, { reason: string }>, state: ListImport): Promise<JobChange> {
    const nowMs = clock.now();
    const startMs = startsAtMs(job, nowMs);
    const isLater = startMs > nowMs;
    const batches = made.list?.batches ?? 1;
    if (made.text !== undefined) {
      const message = await messages.read(job.run);
      if (!message) return reject(job, "the message is gone", state);
      await messages.write(job.run, { ...message, receivers: made.text }, job.goneAtMs);
    }
    return {
      receivers: made.receivers,
      duplicatesDropped: job.upload ? state.ids - made.named : job.duplicatesDropped,
      ...(job.except && { excluded: made.named - made.receivers, except: undefined }),
      batches,
      batchSize: made.list?.batchSize ?? settings.maxBatch,
      ...(made.list && { list: made.list.list }),
      estimatedSeconds: estimateSeconds(made.receivers, await limitsOf(job.account), { ...job, batches }),
      state: isLater ? "scheduled" : "running",
      dueAtMs: isLater ? scheduledDueMs(startMs, job.expiresAtMs) : nowMs,
      history: withEntry(job.history, { atMs: nowMs, event: "imported", by: "volley" }),
      import: job.upload ? { ...state, segments: [] } : undefined,
    };
  }

  async function writeReport({ run }: Job, state: ListImport): Promise<Readonly<{ report?: string }>> {
    if (state.badLines === 0) return {};
    const texts: string[] = [];
    for (const key of segmentKeys(run, state.segments)) texts.push((await scratch.readText(`${key}.bad`)) ?? "");
    const omitted = state.badLines - state.described;
    if (omitted > 0) texts.push(`${JSON.stringify({ Omitted: omitted, Described: MAX_DESCRIBED })}\n`);
    const report = reportKey(run, drawId());
    await reports.put({ key: report, contentType: "application/x-ndjson" }, Buffer.from(texts.join("")));
    return { report };
  }
}

const tooMany = (most: number): string => `the list names more than ${most} users, the most that this client may name`;

async function* oneOf(ids: Receivers): AsyncGenerator<Receivers> {
  if (ids.length > 0) yield ids;
}

async function* upTo(most: number, pieces: AsyncIterable<Receivers>): AsyncGenerator<Receivers> {
  let count = 0;
  for await (const ids of pieces) {
    count += ids.length;
    if (count > most) throw new TooMany();
    yield ids;
  }
}

/** `small`: the whole list, if it has at most so many ids. `all`: the whole list, whatever was read of it already. */
async function readBeginning(pieces: AsyncGenerator<Receivers>, most: number) {
  const read: Receivers[] = [];
  let count = 0;
  let isWhole = false;
  while (count <= most && !isWhole) {
    const { value, done } = await pieces.next();
    if (done) isWhole = true;
    else {
      read.push(value);
      count += value.length;
    }
  }
  async function* all(): AsyncGenerator<Receivers> {
    yield* read;
    yield* pieces;
  }
  return { ...(isWhole && count <= most && { small: joinIds(read) }), all };
}
