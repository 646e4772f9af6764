import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBuckets } from "../../local/create-buckets.ts";
import { createQueues } from "../../local/create-queues.ts";
import { purgeQueues } from "../../local/demo/purge.ts";
import { startFauxqs } from "../../local/emulators.ts";
import { nudgeDispatch } from "../../local/nudge-dispatch.ts";

const aws = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const LANES = ["express", "bulk", "express-dead-letters", "bulk-dead-letters"];
const dataDir = mkdtempSync(join(tmpdir(), "volley-parts-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe("the buckets of serverless.yml", () => {
  const resources = {
    ListsBucket: { Type: "AWS::S3::Bucket", Properties: { BucketEncryption: {} } },
    Reports: { Type: "AWS::S3::Bucket", Properties: { BucketName: "volley-local-reports" } },
    Bare: { Type: "AWS::S3::Bucket" },
    Policy: { Type: "AWS::S3::BucketPolicy", Properties: { Bucket: { Ref: "ListsBucket" } } },
  };

  it("are made, and keep their objects from one run to the next", async () => {
    for (const run of ["first", "second"]) {
      const fauxqs = await startFauxqs({ dataDir });
      const s3 = new S3Client({ ...aws, endpoint: fauxqs.url });
      const made = await createBuckets(s3, resources);
      expect([...made].map(([id, { ref }]) => [id, ref])).toEqual([
        ["ListsBucket", "volley-local-listsbucket"],
        ["Reports", "volley-local-reports"],
        ["Bare", "volley-local-bare"],
      ]);
      expect(made.get("Reports")?.arn).toBe("arn:aws:s3:::volley-local-reports");
      const object = { Bucket: "volley-local-listsbucket", Key: "lists/kept" };
      if (run === "first") await s3.send(new PutObjectCommand({ ...object, Body: "ids" }));
      const { Body } = await s3.send(new GetObjectCommand(object));
      expect(await Body?.transformToString()).toBe("ids");
      expect((await s3.send(new ListBucketsCommand())).Buckets).toHaveLength(3);
      s3.destroy();
      await fauxqs.stop();
    }
  });
});

describe("queues of the local stack", () => {
  let fauxqs: Awaited<ReturnType<typeof startFauxqs>>;
  let sqs: SQSClient;
  let made: Awaited<ReturnType<typeof createQueues>>;
  beforeAll(async () => {
    fauxqs = await startFauxqs({ dataDir: undefined });
    sqs = new SQSClient({ ...aws, endpoint: fauxqs.url });
    const declared = [...LANES, "dispatch"].map((name) => {
      const QueueName = `volley-local-${name}`;
      return [name, { Type: "AWS::SQS::Queue", Properties: { QueueName } }] as const;
    });
    made = await createQueues(sqs, fauxqs.url, Object.fromEntries(declared));
  });
  afterAll(async () => {
    sqs.destroy();
    await fauxqs.stop();
  });

  const urlOf = (name: string): string => made.get(name)?.ref ?? "";
  const received = async (name: string): Promise<string[]> => {
    const receive = new ReceiveMessageCommand({
      QueueUrl: urlOf(name),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
    });
    return ((await sqs.send(receive)).Messages ?? []).map(({ Body = "" }) => Body);
  };

  const send = (name: string): Promise<unknown> =>
    sqs.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: name }));

  it("get a nudge for dispatch at the interval, until it is stopped", async () => {
    const nudging = nudgeDispatch(sqs, urlOf("dispatch"), ["account"], 0.1);
    await sleep(450);
    await nudging.stop();
    await sleep(50); // one may be on its way
    const nudges = (await received("dispatch")).map((body) => JSON.parse(body));
    expect(nudges.length).toBeGreaterThan(1);
    expect(nudges[0]).toEqual({ v: 1, account: "account", atMs: expect.any(Number) });
    await sleep(250);
    expect(await received("dispatch")).toEqual([]);
  });

  it("get no nudge where the schedule is as fast", async () => {
    const setInterval = vi.spyOn(globalThis, "setInterval");
    const nudging = nudgeDispatch(sqs, urlOf("dispatch"), ["account"], 60);
    expect(setInterval).not.toHaveBeenCalled();
    await nudging.stop();
    setInterval.mockRestore();
  });

  it("are purged, also of what a worker has in hand, but for those of nudges", async () => {
    for (const name of [...LANES, "dispatch"]) await send(name);
    expect(await received("bulk")).toEqual(["bulk"]);
    expect(await purgeQueues(fauxqs.url)).toBe(4);
    for (const name of LANES) expect(await received(name)).toEqual([]);
    expect(await received("dispatch")).toEqual(["dispatch"]);
    expect(await purgeQueues(fauxqs.url)).toBe(0);
  });
});
