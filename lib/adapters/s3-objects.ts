import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Unavailable } from "../domain/errors.ts";
import type { ByteRange } from "../domain/list-format.ts";
import type { ListObjects } from "./receiver-lists-on.ts";
import { awayOr, isMissing, RETRY_AFTER_S } from "./s3-failure.ts";
import { s3ReportFiles } from "./s3-report-files.ts";

export type S3ObjectsOptions = Readonly<{
  client: S3Client;
  bucket: string;
  /** A call with all its attempts, sending and reading its body included. The client's own deadlines end one attempt. */
  deadlineMs?: number;
}>;

const DEADLINE_MS = 20_000;
/** Every part but the last has this length. @see S3 User Guide, multipart upload limits: 5 MiB to 5 GiB, 10,000 parts */
const PART_BYTES = 8 * 1024 * 1024;
const OCTETS = "application/octet-stream";

/** Objects in a bucket. */
export function s3Objects({ client, bucket, deadlineMs = DEADLINE_MS }: S3ObjectsOptions): ListObjects {
  const deadline = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });
  const files = s3ReportFiles({ client, bucket, deadlineMs });

  return {
    /** S3 compares the hash with what arrives, and refuses a body that was torn on its way. */
    async put(Key, Body, ChecksumSHA256) {
      const put = new PutObjectCommand({ Bucket: bucket, Key, Body, ChecksumSHA256 });
      try {
        await client.send(put, deadline());
      } catch (error) {
        throw awayOr(error);
      }
    },

    async putParts(key, parts) {
      const file = { key, contentType: OCTETS };
      const upload = await files.begin(file);
      try {
        const receipts: string[] = [];
        for await (const part of inParts(parts)) {
          const receipt = await files.part(file, upload, receipts.length + 1, part);
          if (receipt === undefined) throw lost();
          receipts.push(receipt);
        }
        if (!(await files.complete(file, upload, receipts))) throw lost();
      } catch (error) {
        await files.abort(file, upload).catch(() => {}); // the bucket deletes it after a day
        throw error;
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
  };
}

const lost = (): Unavailable => new Unavailable("the bucket lost an upload in parts", RETRY_AFTER_S);

/** The same bytes in pieces of one length. */
async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part = Buffer.allocUnsafe(PART_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + PART_BYTES - length);
      part.set(taken, length);
      length += taken.length;
      at += taken.length;
      if (length < PART_BYTES) continue;
      yield part;
      part = Buffer.allocUnsafe(PART_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield part.subarray(0, length);
}

/** The length of the whole object. An answer with another range than the one asked for is a failure of the bucket. */
function totalOf(contentRange = "", { start, end }: ByteRange, length: number): number {
  const total = Number(/^bytes \d+-\d+\/(\d+)$/.exec(contentRange)?.[1]); // RFC 9110, section 14.4
  const last = Math.min(end, total) - 1;
  if (length === last - start + 1 && contentRange === `bytes ${start}-${last}/${total}`) return total;
  throw new Unavailable(`the bucket answered with ${length} bytes as "${contentRange}"`, RETRY_AFTER_S);
}
