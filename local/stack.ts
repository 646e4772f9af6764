import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readConfig } from "../lib/config.ts";
import { startServer } from "./child.ts";
import { type ConsumerProcess, startConsumer } from "./consumers.ts";
import { createQueues } from "./create-queues.ts";
import { createTables } from "./create-tables.ts";
import { takeDataDir } from "./data-dir.ts";
import { type Emulator, startDynamo, startSqs } from "./emulators.ts";
import { eventSourcesOf, type FunctionDefinition } from "./event-sources.ts";
import { plainEnvironment, upstreamKeys } from "./functions-env.ts";
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
 * Start DynamoDB, SQS and the RTC simulator on loopback (but for those that the environment names already), make what
 * serverless.yml declares and point the functions at it.
 *
 * @throws {LocalError | BadConfig} in words for whoever started it
 */
export async function startStack(service: Service, folder: string, settings: LocalSettings): Promise<Stack> {
  const { provider, functions, resources } = service;
  const running: (Emulator | ConsumerProcess)[] = [];
  const keys = upstreamKeys(process.env);
  readConfig(plainEnvironment(provider.environment, NOTHING_MADE, keys));
  if (settings.dataDir) takeDataDir(settings.dataDir);
  useNoRealAccount(provider.region);

  const endpoint = async (name: string, what: string, start: () => Promise<Emulator>): Promise<string> => {
    if (!process.env[name]) {
      const emulator = await start();
      running.push(emulator);
      process.env[name] = emulator.url;
    }
    process.stderr.write(`${what.padEnd(10)}${process.env[name]}\n`);
    return process.env[name] ?? "";
  };
  await endpoint("AWS_ENDPOINT_URL_DYNAMODB", "dynamodb", () => startDynamo(settings));
  const sqsUrl = await endpoint("AWS_ENDPOINT_URL_SQS", "sqs", () => startSqs(settings));
  const made = new Map([
    ...(await createTables(new DynamoDBClient({}), resources.Resources)),
    ...(await createQueues(new SQSClient({}), sqsUrl, resources.Resources)),
  ]);

  const { environment } = provider;
  environment["RTC_ENDPOINT"] = await endpoint("RTC_ENDPOINT", "rtc", () =>
    startServer("./rtc-simulator/main.ts", {
      ...process.env,
      ...plainEnvironment(environment, made, keys),
      PORT: String(settings.simulatorPort),
    }),
  );
  provider.environment = plainEnvironment(environment, made, keys);
  for (const definition of Object.values(functions)) {
    definition.environment = plainEnvironment(definition.environment ?? {}, made, {});
  }

  return {
    async startConsumers() {
      const starting = Object.values(functions).flatMap((definition) => {
        const env = { ...awsEnvironment(), ...provider.environment, ...definition.environment, IS_OFFLINE: "true" };
        return eventSourcesOf(definition, folder, made).map((source) =>
          startConsumer(source, { ...env, AWS_LAMBDA_FUNCTION_NAME: source.functionName }),
        );
      });
      running.push(...(await Promise.all(starting)));
    },
    /** Consumers first, all at once: they still write down what has left. */
    async stop() {
      const inReverse = running.splice(0).reverse();
      const consumers = inReverse.filter((part) => !("url" in part));
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      for (const emulator of inReverse.filter((part) => "url" in part)) await emulator.stop();
    },
  };
}

/** Settings are checked before anything is started: any name will do for a table or a queue. */
const NOTHING_MADE = { get: () => ({ ref: "not made yet", arn: "" }) };

/** Whoever is logged in to AWS in this terminal: the laptop stack does not use it, even by mistake. */
function useNoRealAccount(region: string): void {
  for (const name of ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"]) delete process.env[name];
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
}

const awsEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("AWS_") || name === "PATH"));
