import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDynamo } from "../emulators.ts";
import { startLocalStack } from "../local-stack.ts";
import type { FaultRule } from "../rtc-simulator/fault-rules.ts";
import { startRtcSimulator } from "../rtc-simulator/server.ts";
import { readLocalSettings } from "../settings.ts";
import { startCapacityMeter } from "./capacity-meter.ts";
import { makeProgress } from "./progress.ts";
import { purgeQueues } from "./purge.ts";
import { isAsPromised, summarize, writeSummary } from "./summary.ts";

// `npm run demo`: the main job on the local stack. A list goes in, every receiver's outcome comes out. With
// `-- --chaos-purge` all tasks are deleted from the queues twice meanwhile; the outcomes are the same.

const root = join(import.meta.dirname, "..", "..");
const { values: options } = parseArgs({
  options: {
    "chaos-purge": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    "real-time": { type: "boolean", default: false },
    receivers: { type: "string", default: join(root, "examples", "receivers.csv") },
  },
});

/** The same code with a window of five seconds, unless the real minute is asked for. */
const QUOTA = options["real-time"]
  ? { messages: 12_000, windowMs: 60_000, minGapMs: 250 }
  : { messages: 12_000, windowMs: 5_000, minGapMs: 50 };

/** The queues are emptied when this part of the receivers has an outcome. */
const PURGES_AT = options["chaos-purge"] ? [0.15, 0.5] : [];
/** What was lost is dispatched again once it is this old: five minutes, or less so that the demo can show it. */
const LOST_AFTER = options["chaos-purge"] ? { QUEUE_VISIBILITY_SECONDS: "5" } : {};

const KEYS = { accessKeyId: "AKLTdemo", secretAccessKey: "ZGVtbw==" };

/** Faults to show: some users cannot be reached, some are left out of the answer. */
const FAULTS: readonly FaultRule[] = [
  { when: { userSuffix: "777" }, do: { failReceivers: "matching" } },
  { when: { userSuffix: "888" }, do: { omit: "matching", delivered: false } },
];

const say = (line: string): void => void (options.json || process.stdout.write(`${line}\n`));

const receivers = readReceivers(options.receivers);
const dynamo = await startDynamo(readLocalSettings({}));
const meter = await startCapacityMeter(dynamo.url);
const simulator = await startRtcSimulator({ ...KEYS, quota: QUOTA, faults: FAULTS });
say("starting the local stack: SQS, S3, DynamoDB, the API and the workers …");
const stack = await startLocalStack({
  AWS_ENDPOINT_URL_DYNAMODB: meter.url,
  RTC_ENDPOINT: simulator.url,
  VOLC_ACCESSKEY: KEYS.accessKeyId,
  VOLC_SECRETKEY: KEYS.secretAccessKey,
  QUOTA_MESSAGES: String(QUOTA.messages),
  QUOTA_WINDOW_MS: String(QUOTA.windowMs),
  QUOTA_MIN_GAP_MS: String(QUOTA.minGapMs),
  LOG_LEVEL: "ERROR",
  ...LOST_AFTER,
});
const KEY_HEADER = { authorization: `Bearer ${stack.key}` };
say(
  `quota: ${QUOTA.messages} messages in any ${QUOTA.windowMs / 1000} s${options["real-time"] ? "" : " (the real one is 60 s: -- --real-time)"}`,
);

try {
  const summary = await run();
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else writeSummary(summary, say);
  process.exitCode = isAsPromised(summary) ? 0 : 1;
} finally {
  await stack.stop();
  await simulator.stop();
  meter.stop();
  await dynamo.stop();
}

async function run() {
  const message = { AppId: 666675, Sender: 10001, MsgType: 10001, Content: '{"text":"The doors open at eight."}' };
  const body = JSON.stringify({ ...message, Receiver: receivers });
  const headers = { ...KEY_HEADER, "content-type": "application/json", "idempotency-key": "demo" };
  const accepted = await fetch(`${stack.url}/v1/jobs`, { method: "POST", headers, body });
  if (accepted.status !== 202) throw new Error(`POST /v1/jobs answered ${accepted.status}: ${await accepted.text()}`);
  const job = (await accepted.json()) as {
    JobId: string;
    Receivers: number;
    DuplicatesDropped: number;
    Batches: number;
  };
  say(
    `job ${job.JobId}: ${job.Receivers} receivers in ${job.Batches} batches, ${job.DuplicatesDropped} duplicates dropped`,
  );
  const purged = await watch(job.JobId, job.Receivers);
  const writeUnits = meter.writeUnits();
  return summarize({ api: stack, job, simulator: simulator.stats(), writeUnits, quota: QUOTA, purged });
}

/**
 * Follow the job's exact counts until none is pending.
 *
 * @returns how many messages were deleted from the queues meanwhile
 */
async function watch(jobId: string, total: number): Promise<number> {
  let purged = 0;
  const purgesAt = [...PURGES_AT];
  const progress = makeProgress(total, options.json);
  for (let pending = total; pending > 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const reply = await fetch(`${stack.url}/v1/jobs/${jobId}`, { headers: KEY_HEADER });
    const { Tally } = (await reply.json()) as { Tally: { Pending: number } };
    pending = Tally.Pending;
    progress.update(total - pending);
    if (total - pending >= (purgesAt[0] ?? 2) * total) {
      purgesAt.shift();
      purged += await purgeQueues(stack.endpoint("sqs"));
    }
    if (stack.process.exitCode !== null) throw new Error(`the local stack ended: ${stack.stderr()}`);
  }
  progress.stop();
  return purged;
}

/** Ids from the first column, as text: whether they are ids is for Volley to say. */
function readReceivers(file: string): string[] {
  const rows = readFileSync(file, "utf8").split(/\r?\n/);
  return rows.map((row) => row.split(",")[0]?.trim() ?? "").filter((id) => id !== "" && id !== "UserId");
}
