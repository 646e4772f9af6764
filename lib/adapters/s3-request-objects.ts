import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Malformed } from "../domain/errors.ts";
import { decodeBody, unzipBody } from "../domain/open-body.ts";
import { MAX_BODY_BYTES, MAX_OPENED_BYTES } from "../domain/request-limits.ts";
import type { RequestObjects } from "../ports/request-objects.ts";
import { statusOf } from "./aws-failure.ts";
import { awayOr } from "./s3-failure.ts";

export type S3RequestObjectsOptions = Readonly<{
  client: S3Client;
  bucket: string;
  /** A call with all its attempts, reading its body included. */
  deadlineMs?: number;
}>;

const DEADLINE_MS = 20_000;

/** Requests as objects of the bucket. One that ends in `.gz`, or says so by its Content-Encoding, is unpacked. */
export function s3RequestObjects({
  client,
  bucket,
  deadlineMs = DEADLINE_MS,
}: S3RequestObjectsOptions): RequestObjects {
  return {
    async read({ bucket: named, key, eTag, size }) {
      if (named !== bucket) throw new Malformed(`the object lies in ${named}, not in the bucket of requests`);
      if (size > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
      // One byte more than is taken, whatever the notification says.
      const Range = `bytes=0-${MAX_BODY_BYTES}`;
      const get = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${eTag}"`, Range });
      try {
        const { Body, ContentEncoding } = await client.send(get, { abortSignal: AbortSignal.timeout(deadlineMs) });
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.length > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
        return decodeBody(open(bytes, key, ContentEncoding));
      } catch (error) {
        if (isGone(error)) return undefined;
        if (statusOf(error) === 416) throw new Malformed("the object is empty");
        throw awayOr(error);
      }
    },
  };
}

function open(bytes: Uint8Array, key: string, encoding = ""): Uint8Array {
  if (!key.endsWith(".gz") && !/^\s*gzip\s*$/i.test(encoding)) return bytes;
  const opened = unzipBody(bytes, MAX_OPENED_BYTES);
  if (opened === undefined) throw tooLarge(MAX_OPENED_BYTES, " when unpacked");
  return opened;
}

const tooLarge = (bytes: number, when = ""): Malformed =>
  new Malformed(`the object must not exceed ${bytes} bytes${when}`);

/** 412: it has another ETag now. */
function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || (status === 404 && !(error instanceof Error && error.name === "NoSuchBucket"));
}
