import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Volley, volley } from "../../clients/sdk/src/client.ts";
import { startDynamo } from "../emulators.ts";
import { LocalError } from "../local-error.ts";
import { startLocalStack } from "../local-stack.ts";
import type { FaultRule } from "../rtc-simulator/fault-rules.ts";
import { startRtcSimulator } from "../rtc-simulator/server.ts";
import { readLocalSettings } from "../settings.ts";
import { startCapacityMeter } from "./capacity-meter.ts";
import { makeProgress } from "./progress.ts";
import { purgeQueues } from "./purge.ts";
import { readReceivers } from "./receivers.ts";
import { type SentJob, sendAll } from "./send-all.ts";
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

const receivers = await readReceivers(options.receivers).catch((error: unknown) => {
  if (!(error instanceof LocalError)) throw error;
  console.error(error.message);
  process.exit(1);
});
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
  const { jobs } = volley({ url: stack.url, key: stack.key });
  const job = await sendAll(jobs, message, receivers);
  say(
    `job ${job.JobId}: ${job.Receivers} receivers in ${job.Batches} batches, ${job.DuplicatesDropped} duplicates dropped`,
  );
  const purged = await watch(jobs, job);
  const writeUnits = meter.writeUnits();
  return summarize({ jobs, job, simulator: simulator.stats(), writeUnits, quota: QUOTA, purged });
}

/**
 * Follow the job's exact counts until none is pending.
 *
 * @returns how many messages were deleted from the queues meanwhile
 */
async function watch({ wait }: Volley["jobs"], { JobId, Receivers: total }: SentJob): Promise<number> {
  let purged = 0;
  const purgesAt = [...PURGES_AT];
  const progress = makeProgress(total, options.json);
  await wait(JobId, {
    everyMs: 250,
    until: ({ Tally }) => Tally.Pending === 0,
    async onProgress({ Tally }) {
      const done = total - Tally.Pending;
      progress.update(done);
      if (done >= (purgesAt[0] ?? 2) * total) {
        purgesAt.shift();
        purged += await purgeQueues(stack.endpoint("sqs"));
      }
      if (stack.process.exitCode !== null) throw new Error(`the local stack ended: ${stack.stderr()}`);
    },
  });
  progress.stop();
  return purged;
}
