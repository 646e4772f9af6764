import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Unavailable } from "../domain/errors.ts";
import type { ReportFiles } from "../ports/report-files.ts";
import { nameOf } from "./aws-failure.ts";
import { awayOr, isMissing, RETRY_AFTER_S } from "./s3-failure.ts";

export type S3ReportFilesOptions = Readonly<{
  client: S3Client;
  bucket: string;
  /** A call with all its attempts. The client's own deadlines end one attempt. @default 40_000: a part has some 10 MB */
  deadlineMs?: number;
}>;

/** Files in a bucket. S3 compares every part with its checksum, and the whole with those of its parts. */
export function s3ReportFiles({ client, bucket, deadlineMs = 40_000 }: S3ReportFilesOptions): ReportFiles {
  const deadline = () => ({ abortSignal: AbortSignal.timeout(deadlineMs) });
  const nameIn = (Key: string) => ({ Bucket: bucket, Key });

  return {
    async put({ key, contentType }, Body) {
      const put = new PutObjectCommand({ ...nameIn(key), Body, ContentType: contentType, ChecksumCRC32: sumOf(Body) });
      await orAway(client.send(put, deadline()));
    },

    async begin({ key, contentType }) {
      const begun = { ...nameIn(key), ContentType: contentType, ChecksumAlgorithm: "CRC32" } as const;
      const { UploadId } = await orAway(client.send(new CreateMultipartUploadCommand(begun), deadline()));
      if (UploadId === undefined) throw new Unavailable("the bucket gave an upload no id", RETRY_AFTER_S);
      return UploadId;
    },

    async part({ key }, UploadId, PartNumber, Body) {
      const sum = sumOf(Body);
      const part = new UploadPartCommand({ ...nameIn(key), UploadId, PartNumber, Body, ChecksumCRC32: sum });
      const { ETag } = await orAway(unlessLost(client.send(part, deadline()), { ETag: undefined }));
      return ETag === undefined ? undefined : `${sum} ${ETag}`;
    },

    async complete({ key }, UploadId, receipts) {
      const Parts = receipts.map((receipt, i) => ({ ...readReceipt(receipt), PartNumber: i + 1 }));
      const complete = new CompleteMultipartUploadCommand({ ...nameIn(key), UploadId, MultipartUpload: { Parts } });
      const made = await orAway(unlessLost(client.send(complete, deadline()), undefined));
      return made !== undefined || exists(key); // an upload that was completed is as unknown as one that was lost
    },

    async abort({ key }, UploadId) {
      const abort = new AbortMultipartUploadCommand({ ...nameIn(key), UploadId });
      await orAway(unlessLost(client.send(abort, deadline()), undefined));
    },
  };

  async function exists(key: string): Promise<boolean> {
    try {
      await client.send(new HeadObjectCommand(nameIn(key)), deadline());
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw awayOr(error);
    }
  }
}

/** The upload is not known (any more), or its parts are not those that were noted. */
const LOST: readonly string[] = ["NoSuchUpload", "InvalidPart", "InvalidPartOrder"];

async function unlessLost<T, L>(answer: Promise<T>, lost: L): Promise<T | L> {
  try {
    return await answer;
  } catch (error) {
    if (LOST.includes(nameOf(error))) return lost;
    throw error;
  }
}

async function orAway<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw awayOr(error);
  }
}

/** CRC-32, four bytes big-endian, base64, as S3 has it. */
function sumOf(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}

/** S3 wants a part's checksum again with its tag when the whole is made. */
function readReceipt(receipt: string): Readonly<{ ChecksumCRC32: string; ETag: string }> {
  const [ChecksumCRC32 = "", ETag = ""] = receipt.split(" ");
  return { ChecksumCRC32, ETag };
}
