import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Uploads } from "../ports/uploads.ts";
import { nameOf } from "./aws-failure.ts";
import { awayOr, isMissing } from "./s3-failure.ts";
import type { S3ObjectsOptions } from "./s3-objects.ts";

const DEADLINE_MS = 20_000;

/** Uploaded files in a bucket. */
export function s3Uploads({
  client,
  bucket,
  deadlineMs = DEADLINE_MS,
  now,
}: S3ObjectsOptions & Readonly<{ now: () => number }>): Uploads {
  const deadline = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });
  return {
    /** S3 refuses a file that is longer, under another key, or of another type. A link ends with the role's own keys, should that be sooner. */
    async link(Key, { contentType, maxBytes, seconds }) {
      const expiresAtMs = now() + 1_000 * seconds;
      const { url, fields } = await createPresignedPost(client, {
        Bucket: bucket,
        Key,
        Fields: { "Content-Type": contentType },
        Conditions: [["content-length-range", 1, maxBytes]],
        Expires: seconds,
      });
      return { method: "POST", url, fields, expiresAtMs, maxBytes };
    },

    async stat(Key) {
      try {
        const { ContentLength, ETag } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }), deadline());
        return ContentLength === undefined || ETag === undefined ? undefined : { bytes: ContentLength, etag: ETag };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw awayOr(error);
      }
    },

    async read(Key, etag, { start, end }) {
      const Range = `bytes=${start}-${end - 1}`;
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key, Range, IfMatch: etag }),
          deadline(),
        );
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (nameOf(error) === "PreconditionFailed" || nameOf(error) === "412") return "changed";
        if (isMissing(error)) return "gone";
        throw awayOr(error);
      }
    },
  };
}
