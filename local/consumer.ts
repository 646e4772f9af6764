import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ChangeMessageVisibilityBatchCommand, type Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { Consumer } from "sqs-consumer";
import type { EventSource } from "./event-sources.ts";
import { doneOf, toRecord } from "./sqs-event.ts";

// An SQS event source mapping as Lambda has it, and the function behind it, in one process. Started by consumers.ts.

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

const source: EventSource = JSON.parse(process.argv[2] ?? "");
/** At most this long after SIGTERM: calls that have left may come back and be recorded. */
const GRACE_MS = 2_000;

/**
 * Pollers that wait for work, besides those that are at it. Lambda too has few where little comes: each message wakes all
 * that wait, and every poll costs a request.
 */
const SPARE = 2;

const sqs = new SQSClient({});
const pollers: Consumer[] = [];
let busy = 0;
let stopping = false;
startPollers();

process.on("SIGTERM", async () => {
  stopping = true;
  for (const poller of pollers) poller.stop({ abort: busy === 0 });
  for (let waited = 0; busy > 0 && waited < GRACE_MS; waited += 50) await sleep(50);
  process.exit();
});

/** Who started it asks what it spent since its start: CPU of all its threads, ms, and memory at its peak, MB. */
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, peakMb: process.resourceUsage().maxRSS / 1_024 });
});

function startPollers(): void {
  while (pollers.length < Math.min(source.maximumConcurrency, busy + SPARE)) pollers.push(startPoller(pollers.length));
}

/** The last one found nothing, and others wait as well. */
function stopPoller(poller: Consumer): void {
  if (poller !== pollers.at(-1) || pollers.length <= busy + SPARE) return;
  pollers.pop();
  poller.stop();
}

/** One poller keeps one instance of the function busy, so that at most `maximumConcurrency` pollers are its concurrency. */
function startPoller(instance: number): Consumer {
  const poller = Consumer.create({
    sqs,
    queueUrl: source.queueUrl,
    batchSize: source.batchSize,
    // Each poll costs, also where nothing comes; but SQS may still answer the poll of a consumer that was killed, and what it
    // answers is away for a while.
    waitTimeSeconds: 10,
    messageSystemAttributeNames: ["All"],
    messageAttributeNames: ["All"],
    authenticationErrorTimeout: 1_000,
    handleMessageBatch: async (messages) => invoke(instance, messages),
  });
  // Whatever went wrong, the messages stay on the queue and come back when their visibility timeout ends.
  poller.on("error", (error) => console.error(`${source.functionName}: ${error.message}`));
  poller.on("empty", () => stopPoller(poller));
  poller.start();
  return poller;
}

async function invoke(instance: number, messages: Message[]): Promise<Message[]> {
  if (stopping) return giveBack(messages);
  busy += 1;
  startPollers();
  try {
    const handler = await loadInstance(instance);
    const Records = messages.map((message) => toRecord(message, source.queueArn));
    const response = await withinTimeout(handler({ Records }, makeContext()));
    return doneOf(messages, response, source.reportsFailures);
  } finally {
    busy -= 1;
  }
}

/** They arrived while we were already leaving: the next run is to find them at once. */
async function giveBack(messages: readonly Message[]): Promise<Message[]> {
  const Entries = messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: source.queueUrl, Entries }));
  return [];
}

/** Each instance has module state of its own, as each of Lambda's has: the query makes it another module. */
async function loadInstance(instance: number): Promise<Handler> {
  const url = pathToFileURL(source.bundle);
  url.search = `instance=${instance}`;
  return (await import(url.href))[source.exportName];
}

async function withinTimeout<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(source.timeoutMs, undefined, timer).then(() => {
    throw new Error(`timed out after ${source.timeoutMs} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

function makeContext(): Context {
  const endsAt = performance.now() + source.timeoutMs;
  const unused = () => {};
  return {
    functionName: source.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${source.functionName}`,
    memoryLimitInMB: String(source.memorySize),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${source.functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}

process.send?.("polling");
