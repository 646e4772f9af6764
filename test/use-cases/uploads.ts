import type { UploadRequest } from "../../lib/domain/job-request.ts";
import { uploadKey } from "../../lib/domain/list-upload.ts";
import type { Accepted } from "../../lib/use-cases/accept-job.ts";
import { aRequest, CALLER, makeWorld, type RequestParts, type World, type WorldOptions } from "./world.ts";

export type UploadParts = RequestParts & Readonly<{ upload?: Partial<UploadRequest["upload"]>; maxReceivers?: number }>;

const anUpload = ({ upload, ...parts }: UploadParts = {}): UploadRequest => ({
  message: aRequest(1, parts).message,
  options: aRequest(1, parts).options,
  upload: { format: "csv", gzip: false, maxBadLines: 0, ...upload },
});

/** 150 ids of 19 digits, unsorted, each third one a second time. */
const IDS = Array.from({ length: 150 }, (_, i) => 9_000_000_000_000_000_000n + ((BigInt(i) * 7_919n) % 10_007n));
export const FILE = Buffer.from(`UserId,Name\n${[...IDS, ...IDS.filter((_, i) => i % 3 === 0)].join(",n\n")},n\n`);
export const SORTED = BigUint64Array.from(IDS).sort();

/** A job that waits for its file. */
export async function awaiting(parts: UploadParts = {}, options: WorldOptions = {}) {
  const world = makeWorld({ batchSize: 10, segmentIds: 40, ...options });
  const { job } = await ask(world, parts);
  const put = (file: Uint8Array | string): void => void world.uploaded.set(uploadKey(job), Buffer.from(file));
  return { world, job, put, arrival: { job: job.id, run: job.run } };
}

export const ask = (world: World, { maxReceivers, ...parts }: UploadParts = {}, key = "key"): Promise<Accepted> =>
  world.volley.accept(anUpload(parts), {
    caller: { ...CALLER, ...(maxReceivers !== undefined && { maxReceivers }) },
    idempotencyKey: key,
  });
