import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { until } from "../../local/local-stack.ts";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { itemsOf } from "../support/inside-volley.ts";
import { act, hasSent, isDone, jobWhen, longIds, MESSAGE, postJob } from "../support/jobs.ts";
import { startVolley, type Volley } from "../support/volley.ts";

/** What a stack holds at one moment. Bytes are base64. */
export type UnderWay = Readonly<{
  /** Ids of jobs, by what became of them so far. */
  jobs: Readonly<Record<Kind, string>>;
  results: readonly object[];
  quota: readonly object[];
  /** Bodies, also of messages that a worker has. */
  queues: Readonly<Record<string, readonly string[]>>;
  objects: Readonly<Record<string, string>>;
}>;

type Kind =
  | ("done" | "calling" | "broadcast" | "scheduled" | "paused")
  | ("canceled" | "uploading" | "calledBack" | "retried");

/** Jobs of every kind; ten years, so that they are still there when they are read. */
const TTL_DAYS = "3650";
/** The first two batches of the broadcast go at once, the third waits: bulk bursts up to half a window. */
const quota = { messages: 2_400, windowMs: 600_000 };
export const BROADCAST = longIds(1_600);
/** In the second batch: the call that is under way at the moment. */
const UNDER_WAY = BROADCAST[500] ?? "";

const faults: FaultRuleInput[] = [
  { when: { content: "calling" }, do: { hang: true } },
  { when: { receivers: [UNDER_WAY] }, do: { hang: true } },
  { when: { userSuffix: "77" }, do: { failReceivers: "matching" } },
  { when: { userSuffix: "88" }, do: { omit: "matching" } },
];

/** A stack of this version with jobs of every kind under way, as its tables, queues and bucket have them. */
export async function aStackUnderWay(): Promise<UnderWay> {
  const volley = await startVolley(
    { quota, faults },
    { RESULTS_TTL_DAYS: TTL_DAYS, CALL_TIMEOUT_MS: "20000", QUOTA_MIN_GAP_MS: "1000" },
  );
  try {
    const jobs = await makeJobs(volley);
    return {
      jobs,
      results: (await itemsOf(volley, "results")).map(asJson),
      quota: (await itemsOf(volley, "quota")).map(asJson),
      queues: await queuesOf(volley),
      objects: await objectsOf(volley),
    };
  } finally {
    await volley.stop();
  }
}

async function makeJobs(volley: Volley): Promise<UnderWay["jobs"]> {
  const send = async (parts: object): Promise<string> =>
    (await postJob(volley, JSON.stringify({ ...MESSAGE, ...parts }))).JobId;
  const NotBefore = new Date(Date.now() + 3_000 * 86_400_000).toISOString();
  const later = { Receiver: ["5"], Options: { NotBefore, Label: "later", Tags: { campaign: "spring" } } };
  const done = await send({ Receiver: ["1", "77", "88"], Options: { Events: true } });
  const scheduled = await send(later);
  const paused = await send(later);
  await act(volley, paused, "pause");
  const canceled = await send(later);
  await act(volley, canceled, "cancel");
  const uploading = await send({ ReceiverUpload: { Format: "csv", Column: "UserId" } });
  const calledBack = await send({ Receiver: ["6"], Options: { CallbackUrl: "http://127.0.0.1:9/", Events: true } });
  await jobWhen(volley, done, isDone);
  await jobWhen(volley, calledBack, ({ Callback }) => (Callback?.Attempts ?? 0) > 0);
  await act(volley, done, "outcomes/export");
  const { body } = await act(volley, done, "retry");
  await jobWhen(volley, body.JobId, isDone);
  const broadcast = await send({ Receiver: BROADCAST, Content: "broadcast" });
  await jobWhen(volley, broadcast, hasSent);
  const calling = await send({ Receiver: ["3", "4"], Content: "calling" });
  await until(async () => (await itemsOf(volley, "results")).filter(({ claim }) => claim).length === 2, 15_000);
  return { done, calling, broadcast, scheduled, paused, canceled, uploading, calledBack, retried: body.JobId };
}

const asJson = (item: object): object =>
  JSON.parse(
    JSON.stringify(item, (_, value) => (isBytes(value) ? Buffer.from(Object.values(value)).toString("base64") : value)),
  );
const isBytes = (value: unknown): value is Record<string, number> =>
  typeof value === "object" && value !== null && "0" in value && !Array.isArray(value);

async function queuesOf({ stack }: Volley): Promise<UnderWay["queues"]> {
  const names = ["express", "bulk", "dispatch", "imports", "events", "exports", "requests"];
  const read = async (name: string): Promise<string[]> => {
    // fauxqs shows what it holds without handing it out.
    const reply = await fetch(`${stack.endpoint("sqs")}/_fauxqs/queues/volley-local-${name}`);
    const { messages } = (await reply.json()) as {
      messages: Record<string, { body?: string; message?: { body: string } }[]>;
    };
    return Object.values(messages)
      .flat()
      .map((one) => one.body ?? one.message?.body ?? "");
  };
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

async function objectsOf({ stack }: Volley): Promise<UnderWay["objects"]> {
  const client = new S3Client({
    endpoint: stack.endpoint("s3"),
    forcePathStyle: true,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const Bucket = "volley-local-listsbucket";
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const read = async (Key = ""): Promise<[string, string]> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, (await Body?.transformToString("base64")) ?? ""];
  };
  const objects = await Promise.all(Contents.map(({ Key }) => read(Key)));
  client.destroy();
  return Object.fromEntries(objects);
}
