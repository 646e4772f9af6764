import { startDynamo, startFauxqs } from "../../local/emulators.ts";
import { type LocalStack, startLocalStack } from "../../local/local-stack.ts";
import { type Simulator, startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { dynamoFaults, type FaultSwitch, sqsFaults } from "./aws-faults.ts";
import { startAwsProxy } from "./aws-proxy.ts";
import { type Motion, makeMotion } from "./motion.ts";
import { STANDING } from "./upstream-faults.ts";

/** What may be sent in any window, and the rest that makes a minute of a few seconds. */
export const QUOTA = { messages: 4_000, windowMs: 4_000 };
const SETTINGS = {
  QUOTA_MESSAGES: String(QUOTA.messages),
  QUOTA_WINDOW_MS: String(QUOTA.windowMs),
  QUOTA_MARGIN_MS: "1000", // all of it shares two cores: a call is slow to arrive
  QUOTA_MIN_GAP_MS: "50",
  QUEUE_VISIBILITY_SECONDS: "6", // the age of a share too, and how often dispatch runs
  CALL_TIMEOUT_MS: "1600",
  LOG_LEVEL: "CRITICAL",
  POWERTOOLS_METRICS_DISABLED: "true",
};
/** Some 15 seconds of work each: a machine that is very busy with other things takes a long time for it. */
const LONGEST_START_MS = 60 * 60_000;
const KEYS = { accessKeyId: "AKLTchaos", secretAccessKey: "chaos-secret-key" };
const LOCAL = { AWS_REGION: "ap-southeast-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

export type LocalStacks = Readonly<{
  stacks: readonly LocalStack[];
  simulator: Simulator;
  /** The queues without the faults before them. */
  sqsUrl: string;
  motion: Motion;
  stop(): Promise<void>;
}>;

/**
 * Two local stacks on one DynamoDB, one SQS, one S3 and one upstream, each with an API and workers of its own; whatever they
 * say to DynamoDB and SQS meets the faults. The upstream refuses nobody for his speed: it counts.
 */
export async function startLocalStacks(faults: FaultSwitch, seed: number): Promise<LocalStacks> {
  const started: { stop(): unknown }[] = [];
  const start = async <T extends { stop(): unknown }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.push(one);
    return one;
  };
  const stop = async (): Promise<void> => {
    for (const one of started.splice(0).reverse()) await one.stop();
  };
  try {
    const motion = makeMotion();
    const local = readLocalSettings({});
    const dynamo = await start(startDynamo(local));
    const fauxqs = await start(startFauxqs(local));
    const dynamoProxy = await start(startAwsProxy(dynamo.url, dynamoFaults(faults), motion.table));
    const sqsProxy = await start(startAwsProxy(fauxqs.url, sqsFaults(faults), motion.queue));
    const quota = { ...QUOTA, messages: 1_000 * QUOTA.messages };
    const simulator = await start(startRtcSimulator({ ...KEYS, quota, seed, faults: STANDING }));
    const env = {
      ...LOCAL,
      ...SETTINGS,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoProxy.url,
      AWS_ENDPOINT_URL_SQS: sqsProxy.url,
      AWS_ENDPOINT_URL_S3: fauxqs.url, // its bodies are no JSON: the proxy does not read them
      RTC_ENDPOINT: simulator.url,
      VOLC_ACCESSKEY: KEYS.accessKeyId,
      VOLC_SECRETKEY: KEYS.secretAccessKey,
    };
    const startStack = () => start(startLocalStack(env, LONGEST_START_MS));
    const stacks = await Promise.all([startStack(), startStack()]);
    return { stacks, simulator, sqsUrl: fauxqs.url, motion, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
