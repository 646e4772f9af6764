import { setTimeout as sleep } from "node:timers/promises";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEvent } from "../../lib/api/read-event.ts";
import { createBuckets } from "../../local/create-buckets.ts";
import { createQueues } from "../../local/create-queues.ts";
import { type Fauxqs, startFauxqs } from "../../local/emulators.ts";
import { notificationsOf, notifyOfUploads } from "../../local/s3-notifications.ts";
import { readTemplate } from "../support/read-template.ts";

// When fauxqs sends these notifications itself, local/s3-notifications.ts goes, and this file stays.

const aws = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const Bucket = "volley-local-listsbucket";
const MB = 1024 * 1024;
let fauxqs: Fauxqs;
let s3: S3Client;
let sqs: SQSClient;
const urls: Record<string, string> = {};

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  s3 = new S3Client({ ...aws, endpoint: fauxqs.url, forcePathStyle: true });
  sqs = new SQSClient({ ...aws, endpoint: fauxqs.url });
  const { ListsBucket } = readTemplate().resources;
  const resources = {
    ...(ListsBucket && { ListsBucket }),
    RequestsQueue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "requests" } },
    ImportsQueue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "imports" } },
  };
  const made = new Map([...(await createQueues(sqs, fauxqs.url, resources)), ...(await createBuckets(s3, resources))]);
  for (const id of ["RequestsQueue", "ImportsQueue"]) urls[id] = made.get(id)?.ref ?? "";
  const notify = notifyOfUploads(s3, sqs, notificationsOf(resources, made));
  fauxqs.onUpload((upload) => void notify(upload));
});
afterAll(async () => {
  s3?.destroy();
  sqs?.destroy();
  await fauxqs?.stop();
});

/** What comes to a queue: `count` messages, and whatever follows them soon. */
async function received(queue: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  const receive = async (WaitTimeSeconds: number): Promise<void> => {
    const ask = { QueueUrl: urls[queue], MaxNumberOfMessages: 10, WaitTimeSeconds };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(ask));
    for (const { Body = "", ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: urls[queue], ReceiptHandle }));
    }
  };
  for (let tries = 0; tries < 10 && bodies.length < count; tries++) await receive(1);
  await sleep(100);
  await receive(0);
  return bodies;
}

const WAYS: readonly { how: string; upload: (Key: string) => Promise<unknown> }[] = [
  { how: "PUT", upload: (Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" })) },
  { how: "a form", upload: postForm },
  { how: "parts", upload: uploadInParts },
  {
    how: "a copy",
    upload: (Key) => s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/lists/source` })),
  },
];

it.each(WAYS)("an object that comes by $how is told once, to the queue of its prefix", async ({ upload }) => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "lists/source", Body: "{}" }));
  const Key = "jobs/local/a b+ä/x.json";
  await upload(Key);
  const bodies = await received("RequestsQueue", 1);
  const { ETag = "", ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(bodies.map((body) => readEvent(body, "sqs-1"))).toMatchObject([
    {
      kind: "requests",
      door: "s3",
      requests: [
        {
          clientId: "local",
          object: { bucket: Bucket, key: Key, eTag: ETag.replaceAll('"', ""), size: ContentLength },
        },
      ],
    },
  ]);
  await upload("uploads/0123/x");
  expect(await received("ImportsQueue", 1)).toHaveLength(1);
  expect(await received("RequestsQueue", 0)).toEqual([]);
});

it("what lies under another prefix, is read, or is deleted is told to nobody", async () => {
  const Key = "lists/jobs/x";
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "{}" }));
  await s3.send(new HeadObjectCommand({ Bucket, Key }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  expect(await received("RequestsQueue", 0)).toEqual([]);
});

it("two uploads of one object are told apart", async () => {
  const put = new PutObjectCommand({ Bucket, Key: "jobs/local/twice", Body: "{}" });
  await s3.send(put);
  await s3.send(put);
  const keys = (await received("RequestsQueue", 2))
    .map((body) => readEvent(body, "m"))
    .map((one) => one.kind === "requests" && one.requests[0]?.key);
  expect(new Set(keys).size).toBe(2);
});

async function postForm(Key: string): Promise<void> {
  const { url, fields } = await createPresignedPost(s3, { Bucket, Key });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob(["{}"]));
  expect((await fetch(url, { method: "POST", body: form })).ok).toBe(true);
}

async function uploadInParts(Key: string): Promise<void> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts = [];
  for (const [i, bytes] of [5 * MB, 10].entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: i + 1 };
    const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: Buffer.alloc(bytes, 32) }));
    Parts.push({ ETag, PartNumber: i + 1 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
}
