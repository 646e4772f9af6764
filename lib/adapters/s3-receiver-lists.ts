import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { AppError, Unavailable } from "../domain/errors.ts";
import type { ByteRange } from "../domain/list-format.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { receiverListsOn } from "./receiver-lists-on.ts";

export type S3ReceiverListsOptions = Readonly<{
  client: S3Client;
  bucket: string;
  /** A call with all its attempts, sending and reading its body included. The client's own deadlines end one attempt. */
  deadlineMs?: number;
}>;

const DEADLINE_MS = 20_000;
const RETRY_AFTER_S = 5;

/** Receiver lists in a bucket. */
export function s3ReceiverLists({ client, bucket, deadlineMs = DEADLINE_MS }: S3ReceiverListsOptions): ReceiverLists {
  const deadline = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });

  return receiverListsOn({
    /** S3 compares the hash with what arrives, and refuses a body that was torn on its way. */
    async put(Key, Body, ChecksumSHA256) {
      const put = new PutObjectCommand({ Bucket: bucket, Key, Body, ChecksumSHA256 });
      try {
        await client.send(put, deadline());
      } catch (error) {
        throw awayOr(error);
      }
    },

    async get(Key, { start, end }) {
      const get = new GetObjectCommand({ Bucket: bucket, Key, Range: `bytes=${start}-${end - 1}` });
      try {
        const { Body, ContentRange } = await client.send(get, deadline());
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, totalBytes: totalOf(ContentRange, { start, end }, bytes.length) };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw awayOr(error);
      }
    },
  });
}

/** The length of the whole object. An answer with another range than the one asked for is a failure of the bucket. */
function totalOf(contentRange = "", { start, end }: ByteRange, length: number): number {
  const total = Number(/^bytes \d+-\d+\/(\d+)$/.exec(contentRange)?.[1]); // RFC 9110, section 14.4
  const last = Math.min(end, total) - 1;
  if (length === last - start + 1 && contentRange === `bytes ${start}-${last}/${total}`) return total;
  throw new Unavailable(`the bucket answered with ${length} bytes as "${contentRange}"`, RETRY_AFTER_S);
}

/** 416: the object ends before the range begins. A bucket that does not exist answers 404 too, and no list is to blame. */
function isMissing(error: unknown): boolean {
  if (nameOf(error) === "NoSuchBucket") return false;
  const status = statusOf(error);
  return status === 404 || status === 416;
}

/**
 * A failure of S3, of the network or by a deadline is `Unavailable`. So are missing rights: nothing can be read or written,
 * and neither the request nor the list is at fault. Anything else is a fault of ours, and is thrown as it is.
 */
function awayOr(error: unknown): unknown {
  if (statusOf(error) === undefined && !isBroken(error)) return error;
  return new Unavailable(`the bucket of receiver lists is away: ${nameOf(error)}`, RETRY_AFTER_S, error);
}

/** Connections that break have a code (ECONNRESET), deadlines a name. A code of Node's own (ERR_…) is a wrong call. */
const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof AppError) &&
  (/^(Abort|Timeout)Error$/.test(error.name) || /^(?!ERR_)./.test(codeOf(error)));

/** Of an answer that was an error. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? codeOf(error) || error.name : String(error));

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");
