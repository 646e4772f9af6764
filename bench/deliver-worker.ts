import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoBatchStore } from "../lib/adapters/dynamo-batch-store.ts";
import { dynamoJobStore } from "../lib/adapters/dynamo-job-store.ts";
import { dynamoParkedTasks } from "../lib/adapters/dynamo-parked-tasks.ts";
import { dynamoTallies } from "../lib/adapters/dynamo-tallies.ts";
import { dynamoTokenBucket } from "../lib/adapters/dynamo-token-bucket.ts";
import { type MemoryTaskQueue, memoryTaskQueue } from "../lib/adapters/memory-task-queue.ts";
import { undiciRtc } from "../lib/adapters/undici-rtc.ts";
import { readConfig } from "../lib/config.ts";
import { accountOf } from "../lib/domain/account.ts";
import { alignedBatchSize } from "../lib/domain/quota/token-bucket.ts";
import { makeAccept } from "../lib/use-cases/accept-job.ts";
import { type Clock, makeDeliver } from "../lib/use-cases/deliver.ts";
import { QUOTA, RESULTS, type Stage } from "./deliver-stage.ts";

const URL = "http://127.0.0.1/queue";
/** Every setting as it is by default. */
const { quota, rtc, resultsTtlDays } = readConfig({
  RESULTS_TABLE: RESULTS,
  QUOTA_TABLE: QUOTA,
  EXPRESS_QUEUE_URL: URL,
  BULK_QUEUE_URL: URL,
});
/** As serverless.yml has them: how long a worker may take, and how long a message that it took stays hidden. */
const WORKER_MS = 120_000;
const HIDDEN_MS = 720_000;
const POLL_MS = 1_000;

/** What a worker of the real stage is made of, on the stage's tables and upstream; only the queue is in memory. */
export function makeWorker(stage: Stage, client: DynamoDBClient, queue: MemoryTaskQueue, clock: Clock) {
  const { now } = clock;
  const bucket = dynamoTokenBucket({ client, table: QUOTA, policy: quota, now });
  const store = {
    client,
    table: RESULTS,
    now,
    expiresAtS: () => Math.ceil(now() / 1000) + resultsTtlDays * 24 * 3600,
  };
  const upstream = undiciRtc({
    endpoint: stage.upstream,
    region: rtc.region,
    timeoutMs: rtc.callTimeoutMs,
    credentials: async () => ({ accessKeyId: "AKLTinvented", secretAccessKey: "bm90LXJlYWw=" }),
    now: Date.now,
  });
  const deliver = makeDeliver({
    batches: dynamoBatchStore({ ...store, companion: bucket.companion(accountOf("account", 0)) }),
    tallies: dynamoTallies(store),
    parked: dynamoParkedTasks(store),
    queue,
    bucket,
    rtc: upstream,
    clock,
    random: Math.random,
    accountOf: () => accountOf("account", 0),
    report: (event) => {
      throw new Error(`unexpected: ${JSON.stringify(event)}`);
    },
    marginMs: quota.marginMs,
    callTimeoutMs: rtc.callTimeoutMs,
  });

  /** Deliver the next message, or sleep until there is one. False: the queue is empty. */
  async function work(): Promise<boolean> {
    const message = queue.receive();
    if (message === undefined) {
      const nextMs = queue.nextAtMs();
      if (nextMs === undefined) return false;
      await clock.sleep(Math.min(POLL_MS, nextMs - now())); // a hidden message is somebody's, or comes again
      return true;
    }
    await deliver(message.task, now() + WORKER_MS);
    queue.remove(message.id);
    return true;
  }
  return { work, close: () => upstream.close() };
}

/** Take a job as the API does: its items in the table, its batches in the queue. */
export async function acceptJob(client: DynamoDBClient, queue: MemoryTaskQueue, clock: Clock, ids: readonly string[]) {
  const { now } = clock;
  const store = { client, table: RESULTS, now, expiresAtS: () => Math.ceil(now() / 1000) + resultsTtlDays * 24 * 3600 };
  const { accept } = makeAccept({
    jobs: dynamoJobStore(store),
    parked: dynamoParkedTasks(store),
    queue,
    now,
    quota,
    bulkBatchSize: alignedBatchSize(quota),
    jobId: () => `${"0".repeat(15)}${String(jobs++).padStart(10, "0")}`,
    hash: () => "0".repeat(64),
  });
  const Content = '{"text":"hello, all"}';
  const message = `"AppId":666675,"Sender":10001,"MsgType":10001,"Content":${JSON.stringify(Content)}`;
  const { job } = await accept(`{${message},"Receiver":[${ids.join(",")}]}`, { owner: "bench" });
  return job;
}

let jobs = 0;

export const queueInMemory = (clock: Clock): MemoryTaskQueue => memoryTaskQueue(clock.now, HIDDEN_MS);
