import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildFunctions } from "../esbuild.config.mjs";
import { toQuotaItem } from "../lib/adapters/dynamo-quota-item.ts";
import { sqsTaskQueue } from "../lib/adapters/sqs-task-queue.ts";
import { REQUIRED } from "../lib/config.ts";
import { SOLE_ACCOUNT } from "../lib/domain/account.ts";
import { EMPTY_LEDGER, type Ledger } from "../lib/domain/quota/ledger.ts";
import type { Task } from "../lib/domain/task.ts";
import { startConsumer } from "../local/consumers.ts";
import { startFauxqs } from "../local/emulators.ts";
import { eventSourcesOf, type FunctionDefinition } from "../local/event-sources.ts";
import { until } from "../local/local-stack.ts";
import { bulkJob, MESSAGE } from "./bulk-job.ts";
import { dynamoPorts, quota } from "./deliver-ports.ts";
import { AWS, QUOTA, RESULTS, type Stage } from "./deliver-stage.ts";
import { rounded } from "./measure.ts";
import { receiverIds } from "./receiver-ids.ts";
import { stageFunction } from "./stage-function.ts";

/** CPU of the bulk workers' process, ms, for each call that the upstream took; the most memory that it held, MB. */
export type WorkerCost = Readonly<{ msPerCall: number; peakMb: number; calls: number; seconds: number }>;

/** Calls before anything is measured: both instances have compiled by then what they run often. */
const WARM_CALLS = 300;
const FREE_CALLS = 400;
/** A worker that waits for quota runs more code, and seldom: it warms up at a pace of eight calls a second. */
const WARM_QUOTA = 240_000;
const WARM_WAITING_CALLS = 1_000;
/** After the warm-up the runtime collects its garbage, which is none of ours. */
const SETTLE_MS = 60_000;
const SATURATED_MS = 240_000;
/** The whole job must not end before the measuring does. */
const BATCHES = WARM_WAITING_CALLS + FREE_CALLS + 200;
/** Receivers of a batch. */
const BATCH = 497;
const PATIENCE_MS = 300_000;

/**
 * The bulk workers as the local stack runs them (`local/consumer.ts`: a process with two instances of the bundled function,
 * each with up to four messages), on real queues and tables. They work off one large job; what their process counts as its
 * CPU meanwhile is divided by the calls that the upstream took. Polling and whatever else the process does is in it.
 *
 * - free: a quota so large that nobody waits for it
 * - saturated: the default one, 12,000 a minute, after a warm-up under a larger one that is saturated too. The measuring begins
 *   with the ledger of a minute at bulk's even pace
 */
export async function measureWorkers(stage: Stage): Promise<Readonly<{ free: WorkerCost; saturated: WorkerCost }>> {
  await buildFunctions();
  const fauxqs = await startFauxqs({ dataDir: undefined });
  try {
    const free = await onWorkers(stage, fauxqs.url, { QUOTA_MESSAGES: "10000000" }, async (look) => {
      await until(async () => (await look()).calls >= WARM_CALLS, PATIENCE_MS);
      const first = await look();
      await until(async () => (await look()).calls - first.calls >= FREE_CALLS, PATIENCE_MS);
      return costBetween(first, await look());
    });
    const saturated = await onWorkers(stage, fauxqs.url, {}, async (look) => {
      await writeLedger(stage, { ...EMPTY_LEDGER, standing: { limits: { messages: WARM_QUOTA } } });
      await until(async () => (await look()).calls >= WARM_WAITING_CALLS, PATIENCE_MS);
      await writeLedger(stage, evenMinute(Date.now()));
      await sleep(SETTLE_MS);
      const first = await look();
      await sleep(SATURATED_MS);
      return costBetween(first, await look());
    });
    return { free, saturated };
  } finally {
    await fauxqs.stop();
  }
}

type Sample = Readonly<{ cpuMs: number; peakMb: number; calls: number; atMs: number }>;

/** @param measure gets a function that says what the workers have spent and done so far */
async function onWorkers(
  stage: Stage,
  sqsUrl: string,
  settings: Readonly<Record<string, string>>,
  measure: (look: () => Promise<Sample>) => Promise<WorkerCost>,
): Promise<WorkerCost> {
  await writeLedger(stage, EMPTY_LEDGER);
  const queueUrl = await queueJob(stage, sqsUrl);
  const callsBefore = await callsOf(stage);
  const env = { ...environment(stage, sqsUrl, queueUrl), ...settings };
  const worker = await startConsumer(bulkSource(queueUrl), env, () => true); // what it prints is no part of our one line
  try {
    return await measure(async () => ({
      ...(await worker.spent()),
      calls: (await callsOf(stage)) - callsBefore,
      atMs: performance.now(),
    }));
  } finally {
    await worker.stop();
  }
}

const callsOf = async ({ upstream }: Stage): Promise<number> => Number(await (await fetch(`${upstream}/calls`)).text());

/** Whatever stood there is gone, a write that is under way too: it is made on condition of the version. */
const writeLedger = ({ client }: Stage, ledger: Ledger) =>
  client.send(
    new PutItemCommand({ TableName: QUOTA, Item: toQuotaItem(SOLE_ACCOUNT, { version: Date.now(), ledger }) }),
  );

/** The default quota in full use: a full batch, and again one as soon as its share of the minute is over. */
function evenMinute(nowMs: number): Ledger {
  const perBatchMs = (quota.windowMs * BATCH) / quota.messages;
  const slots = Math.floor(quota.messages / BATCH);
  const entries = Array.from({ length: slots }, (_, i) => ({
    slotMs: Math.round(nowMs - (slots - 1 - i) * perBatchMs),
    count: BATCH,
  }));
  return { entries, seenMs: nowMs, pacedUntilMs: Math.round(nowMs + perBatchMs) };
}

function costBetween(first: Sample, last: Sample): WorkerCost {
  const calls = last.calls - first.calls;
  const msPerCall = rounded((last.cpuMs - first.cpuMs) / calls, 1);
  return { msPerCall, peakMb: rounded(last.peakMb, 0), calls, seconds: rounded((last.atMs - first.atMs) / 1_000, 0) };
}

/** A running job of many full batches, all of them queued. @returns the URL of a queue of its own */
async function queueJob(stage: Stage, sqsUrl: string): Promise<string> {
  const nowMs = Date.now();
  const drawn = () => randomBytes(10).toString("hex");
  const [id, run, shareId] = [drawn(), drawn(), drawn()];
  const ids = [...new Set(receiverIds(BATCHES * 500, 19))].slice(0, BATCHES * BATCH).sort();
  const share = { id: shareId, batches: [[0, BATCHES]] as const, queuedAtMs: nowMs };
  const job = bulkJob({ id, run, receivers: ids.length, nowMs });
  const { ports, close } = dynamoPorts(stage.makeClient(), stage.upstream, { now: Date.now, sleep: async () => {} });
  await ports.messages.write(run, { message: MESSAGE }, job.goneAtMs);
  await ports.jobs.create({ ...job, cursor: BATCHES, shares: [share], dueAtMs: 9e15 }, nowMs);
  await close();

  const client = new SQSClient({
    endpoint: sqsUrl,
    region: AWS.AWS_REGION,
    credentials: { accessKeyId: AWS.AWS_ACCESS_KEY_ID, secretAccessKey: AWS.AWS_SECRET_ACCESS_KEY },
  });
  const create = new CreateQueueCommand({ QueueName: `bulk-${run}`, Attributes: { VisibilityTimeout: "720" } });
  const made = (await client.send(create)).QueueUrl ?? "";
  const url = new URL(new URL(made).pathname, sqsUrl).href; // it names a host that may not resolve
  const tasks = Array.from({ length: BATCHES }, (_, batch): Task => {
    const receivers = ids.slice(batch * BATCH, (batch + 1) * BATCH).join(",");
    return { v: 1, job: id, run, share: shareId, batch, receivers };
  });
  const queue = sqsTaskQueue({ client, urls: { express: "", bulk: url } });
  await queue.enqueue("bulk", tasks, { group: id, delaySeconds: 0 });
  client.destroy();
  return url;
}

/** deliverBulk and its queue, as serverless.yml has them. */
function bulkSource(queueUrl: string) {
  const made = new Map([["BulkQueue", { ref: queueUrl, arn: `arn:aws:sqs:local:0:${queueUrl.split("/").at(-1)}` }]]);
  const definition = { ...stageFunction("deliverBulk"), name: "deliverBulk" } as unknown as FunctionDefinition; // as the plugin gets it
  const [source] = eventSourcesOf(definition, join(import.meta.dirname, ".."), made);
  if (!source) throw new Error("serverless.yml: deliverBulk reads no queue");
  return source;
}

function environment({ dynamoUrl, upstream }: Stage, sqsUrl: string, queueUrl: string): Record<string, string> {
  return {
    ...Object.fromEntries(REQUIRED.map((name) => [name, `${queueUrl}-nobody-reads`])),
    ...AWS,
    ...{ AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl, AWS_ENDPOINT_URL_SQS: sqsUrl },
    ...{ RESULTS_TABLE: RESULTS, QUOTA_TABLE: QUOTA, BULK_QUEUE_URL: queueUrl, RTC_ENDPOINT: upstream },
    ...{ VOLC_ACCESSKEY: "AKLTinvented", VOLC_SECRETKEY: "bm90LXJlYWw=" }, // this upstream checks no signature
    ...{
      AWS_LAMBDA_FUNCTION_NAME: "deliverBulk",
      POWERTOOLS_SERVICE_NAME: "bench",
      POWERTOOLS_METRICS_NAMESPACE: "Volley",
      LOG_LEVEL: "WARN",
    },
  };
}
