import type { BadLine, ListPlace } from "../../list-reader/list-file.ts";
import { readListFile } from "../../list-reader/read-list-file.ts";
import { unpack } from "../../list-reader/unpack.ts";
import { isGone, type Job, type RetrySource } from "../domain/job.ts";
import { type ListImport, type ListUpload, MAX_UNPACKED_BYTES, uploadKey } from "../domain/list-upload.ts";
import type { Receivers } from "../domain/receivers.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Uploads } from "../ports/uploads.ts";
import type { CollectFailed } from "./collect-failed.ts";

export type ImportSourcePorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  uploads: Pick<Uploads, "read">;
  collectFailed: Pick<CollectFailed, "pages">;
  clock: Clock;
  /** Of one ranged read. */
  readBytes?: number;
}>;

/** Some ids of a source. `bytes`: how much of its object is read by now. */
export type SourcePiece = Readonly<{
  ids: Receivers;
  bad: readonly BadLine[];
  badCount: number;
  place: ListPlace;
  bytes: number;
  /** Everything is fetched: what is left takes a moment. */
  isEnd: boolean;
}>;

/** The uploaded object is another one than the one that was begun, or is gone. */
export class UploadLost extends Error {
  override readonly name = "UploadLost";
  readonly why: "changed" | "gone";

  constructor(why: "changed" | "gone") {
    super(`the uploaded object is ${why}`);
    this.why = why;
  }
}

/** One ranged read. While one is worked on, the next one is under way. */
const READ_BYTES = 4 * 1024 * 1024;

/**
 * The ids of whatever a job's list is made of, from the place on where an earlier import stopped.
 *
 * @throws {ListFileError} from its function's pieces: nothing in the file can be trusted
 * @throws {UploadLost}
 */
export function makeImportSource({ jobs, uploads, collectFailed, clock, readBytes = READ_BYTES }: ImportSourcePorts) {
  return (job: Job, from: ListImport): AsyncIterable<SourcePiece> => {
    if (job.upload) return ofFile(job, job.upload, from);
    return job.source ? ofFailures(job.source, from) : nobody();
  };

  async function* ofFile(
    job: Job,
    { format, gzip, column }: ListUpload,
    from: ListImport,
  ): AsyncGenerator<SourcePiece> {
    const { etag = "", totalBytes = 0, place } = from;
    const options = { format, ...(column !== undefined && { column }) };
    let packed = gzip ? 0 : place.offset;
    const count = (bytes: number): void => {
      packed += bytes;
    };
    const object = { key: uploadKey(job), etag, totalBytes };
    const chunks = gzip
      ? behind(place.offset, unpack(chunksOf(object, 0, count), MAX_UNPACKED_BYTES))
      : chunksOf(object, place.offset, count);
    for await (const piece of readListFile(chunks, options, place)) {
      yield { ...piece, bytes: gzip ? packed : piece.place.offset, isEnd: packed >= totalBytes };
    }
  }

  async function* chunksOf(
    { key, etag, totalBytes }: Readonly<{ key: string; etag: string; totalBytes: number }>,
    start: number,
    count: (bytes: number) => void,
  ): AsyncGenerator<Uint8Array> {
    const readAt = (at: number) => uploads.read(key, etag, { start: at, end: Math.min(totalBytes, at + readBytes) });
    let next = start < totalBytes ? readAt(start) : undefined;
    for (let at = start; next !== undefined; ) {
      const bytes = await next;
      if (bytes === "changed" || bytes === "gone" || bytes.length === 0) {
        throw new UploadLost(bytes === "gone" ? "gone" : "changed");
      }
      at += bytes.length;
      count(bytes.length);
      next = at < totalBytes ? readAt(at) : undefined;
      next?.catch(() => {}); // it is thrown where it is awaited
      yield bytes;
    }
  }

  async function* ofFailures({ job: id, run, include }: RetrySource, from: ListImport): AsyncGenerator<SourcePiece> {
    const source = await jobs.find(id);
    if (!source || source.run !== run || isGone(source, clock.now())) return;
    for await (const { ids, nextBatch } of collectFailed.pages(source, include, from.place.offset)) {
      const place = { offset: nextBatch, lines: 0 };
      yield { ids, bad: [], badCount: 0, place, bytes: 0, isEnd: nextBatch >= source.batches };
    }
  }
}

async function* nobody(): AsyncGenerator<SourcePiece> {}

/** What follows the first `skipped` bytes: gzip can be opened from its beginning alone. */
async function* behind(skipped: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = skipped;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
