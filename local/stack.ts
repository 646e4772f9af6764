import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readConfig } from "../lib/config.ts";
import { namesOf } from "../lib/domain/account.ts";
import { localClientsPath } from "../ops/local-clients-path.ts";
import { localSecretsPath } from "../ops/local-secrets-path.ts";
import { secretsFile } from "../ops/secrets-store.ts";
import { makeAccountKeys } from "./account-keys.ts";
import { startServer } from "./child.ts";
import { startConsumer } from "./consumers.ts";
import { createBuckets } from "./create-buckets.ts";
import { createQueues } from "./create-queues.ts";
import { createTables } from "./create-tables.ts";
import { takeDataDir } from "./data-dir.ts";
import { type Emulator, type Fauxqs, startDynamo, startFauxqs } from "./emulators.ts";
import { startEventBus } from "./event-bus.ts";
import { busesOf, rulesOf } from "./event-rules.ts";
import { eventSourcesOf, type FunctionDefinition } from "./event-sources.ts";
import { plainEnvironment, upstreamKeys } from "./functions-env.ts";
import { makeMinuteLine, printEachMinute } from "./minute-line.ts";
import { nudgeDispatch } from "./nudge-dispatch.ts";
import { notificationsOf, notifyOfUploads } from "./s3-notifications.ts";
import type { LocalSettings } from "./settings.ts";
import type { Resources } from "./template.ts";

/** What of serverless.yml the stack reads, and rewrites: `environment` gets plain strings for this machine. */
export type Service = Readonly<{
  provider: { region: string; environment: Record<string, unknown> };
  functions: Readonly<Record<string, FunctionDefinition & { environment?: Record<string, unknown> }>>;
  resources: Readonly<{ Resources: Resources }>;
}>;

export type Stack = Readonly<{ startConsumers(): Promise<void>; stop(): Promise<void> }>;

/**
 * Start DynamoDB, SQS, S3, EventBridge and the RTC simulator on loopback (but for those that the environment names already), make what
 * serverless.yml declares and point the functions at it.
 *
 * @throws {LocalError | BadConfig} in words for whoever started it
 */
export async function startStack(service: Service, folder: string, settings: LocalSettings): Promise<Stack> {
  const { provider, functions, resources } = service;
  const emulators: Emulator[] = [];
  const workers: Readonly<{ stop(): Promise<void> }>[] = [];
  const secretsPath = localSecretsPath(process.env);
  const ofAccounts = provider.environment["VOLC_ACCOUNTS"] ? { LOCAL_SECRETS: secretsPath } : upstreamKeys(process.env);
  const keys = { ...ofAccounts, LOCAL_CLIENTS: localClientsPath(process.env) };
  const { accounts } = readConfig(plainEnvironment(provider.environment, NOTHING_MADE, keys));
  if ("LOCAL_SECRETS" in ofAccounts) {
    await makeAccountKeys(accounts.all, secretsFile(secretsPath), !process.env["RTC_ENDPOINT"]);
  }
  if (settings.dataDir) takeDataDir(settings.dataDir);
  useNoRealAccount(provider.region);

  const started = async <E extends Emulator>(starting: Promise<E>): Promise<E> => {
    const emulator = await starting;
    emulators.push(emulator);
    return emulator;
  };
  const endpoint = async (name: string, what: string, start: () => Promise<Emulator>): Promise<string> => {
    const url = process.env[name] || (await start()).url;
    process.env[name] = url;
    process.stderr.write(`${what.padEnd(10)}${url}\n`);
    return url;
  };
  let fauxqs: Promise<Fauxqs> | undefined;
  const startQueuesAndBuckets = () => {
    fauxqs ??= started(startFauxqs(settings));
    return fauxqs;
  };
  await endpoint("AWS_ENDPOINT_URL_DYNAMODB", "dynamodb", () => started(startDynamo(settings)));
  const sqsUrl = await endpoint("AWS_ENDPOINT_URL_SQS", "sqs", startQueuesAndBuckets);
  await endpoint("AWS_ENDPOINT_URL_S3", "s3", startQueuesAndBuckets);
  const sqs = new SQSClient({});
  const s3 = new S3Client({});
  const buses = busesOf(resources.Resources);
  const made = new Map([
    ...buses,
    ...(await createTables(new DynamoDBClient({}), resources.Resources)),
    ...(await createQueues(sqs, sqsUrl, resources.Resources)),
    ...(await createBuckets(s3, resources.Resources)),
  ]);
  const rules = rulesOf(resources.Resources, made);
  await endpoint("AWS_ENDPOINT_URL_EVENTBRIDGE", "events", () =>
    started(startEventBus({ sqs, rules, buses: [...buses.values()].map(({ ref }) => ref), region: provider.region })),
  );
  const notify = notifyOfUploads(s3, sqs, notificationsOf(resources.Resources, made));
  (await fauxqs)?.onUpload((upload) => void notify(upload).catch(complain));

  const { environment } = provider;
  environment["RTC_ENDPOINT"] = await endpoint("RTC_ENDPOINT", "rtc", () =>
    started(
      startServer("./rtc-simulator/main.ts", {
        ...process.env,
        ...plainEnvironment(environment, made, keys),
        PORT: String(settings.simulatorPort),
      }),
    ),
  );
  provider.environment = plainEnvironment(environment, made, keys);
  for (const definition of Object.values(functions)) {
    definition.environment = plainEnvironment(definition.environment ?? {}, made, {});
  }

  return {
    async startConsumers() {
      const minute = makeMinuteLine();
      const starting = Object.values(functions).flatMap((definition) => {
        const env = { ...awsEnvironment(), ...provider.environment, ...definition.environment, IS_OFFLINE: "true" };
        return eventSourcesOf(definition, folder, made).map((source) =>
          startConsumer(source, { ...env, AWS_LAMBDA_FUNCTION_NAME: source.functionName }, minute.take),
        );
      });
      workers.push(...(await Promise.all(starting)), printEachMinute(minute, print));
      const dispatchQueue = String(provider.environment["DISPATCH_QUEUE_URL"]);
      workers.push(nudgeDispatch(sqs, dispatchQueue, namesOf(accounts), settings.queueVisibilitySeconds));
    },
    /** Consumers first, all at once: they still write down what has left. */
    async stop() {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
      for (const emulator of emulators.splice(0).reverse()) await emulator.stop();
    },
  };
}

/** stdout is for the line `ready` and for what functions log. */
const print = (line: string): void => void process.stderr.write(`${line}\n`);

const complain = (error: unknown): void => {
  process.stderr.write(`notification: ${error instanceof Error ? error.message : error}\n`);
};

/** Settings are checked before anything is started: any name will do for a table or a queue. */
const NOTHING_MADE = { get: () => ({ ref: "not made yet", arn: "" }) };

/** Whoever is logged in to AWS in this terminal: the local stack does not use it, even by mistake. */
function useNoRealAccount(region: string): void {
  for (const name of ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"]) delete process.env[name];
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
}

/** Of this process, what a function has besides its own settings. */
const NAMES = new Set(["PATH", "NODE_COMPILE_CACHE"]);
const awsEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("AWS_") || NAMES.has(name)));
