import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Unavailable } from "../domain/errors.ts";
import type { ByteRange } from "../domain/list-format.ts";
import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { receiverListsOn } from "./receiver-lists-on.ts";
import { awayOr, isMissing, RETRY_AFTER_S } from "./s3-failure.ts";

export type S3ReceiverListsOptions = Readonly<{
  client: S3Client;
  bucket: string;
  /** A call with all its attempts, sending and reading its body included. The client's own deadlines end one attempt. */
  deadlineMs?: number;
}>;

const DEADLINE_MS = 20_000;

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
