import { setTimeout as sleep } from "node:timers/promises";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sqsExportQueue } from "../../lib/adapters/sqs-export-queue.ts";
import { sqsNudges } from "../../lib/adapters/sqs-nudges.ts";
import { readExportTask } from "../../lib/api/read-export-task.ts";
import { readImport } from "../../lib/api/read-import.ts";
import { readDispatchNudge, readPublishNudge } from "../../lib/api/read-nudge.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";

let sqs: Emulator;
let client: SQSClient;
const urls = { dispatch: "", imports: "", events: "" };

beforeAll(async () => {
  sqs = await startFauxqs({ dataDir: undefined });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" }; // invented: fauxqs takes any
  client = new SQSClient({ endpoint: sqs.url, region: "ap-southeast-1", credentials });
  for (const name of ["dispatch", "imports", "events"] as const) {
    urls[name] = (await client.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? "";
  }
});
afterAll(async () => {
  client?.destroy();
  await sqs?.stop();
});

async function received(QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = "" }) => Body);
}

it("asks for a dispatch run, after the delay", async () => {
  const nudges = sqsNudges({ client, urls });
  await nudges.dispatch({ account: "app-7", atMs: 1_769_846_400_123 }, 0);
  await nudges.dispatch({ account: "later", atMs: 1 }, 1);
  expect((await received(urls.dispatch)).map(readDispatchNudge)).toEqual([
    { account: "app-7", atMs: 1_769_846_400_123 },
  ]);
  await sleep(1_050);
  expect((await received(urls.dispatch)).map(readDispatchNudge)).toEqual([{ account: "later", atMs: 1 }]);
  expect(await received(urls.imports)).toEqual([]);
});

it("asks for an import", async () => {
  await sqsNudges({ client, urls }).import("0123456789abcdefghijklmno");
  expect((await received(urls.imports)).flatMap(readImport)).toEqual([{ job: "0123456789abcdefghijklmno" }]);
  expect(await received(urls.dispatch)).toEqual([]);
});

it("asks for a job's events to be published", async () => {
  await sqsNudges({ client, urls }).publish("0123456789abcdefghijklmno");
  expect((await received(urls.events)).map(readPublishNudge)).toEqual(["0123456789abcdefghijklmno"]);
  expect(await received(urls.imports)).toEqual([]);
});

it("asks for an export", async () => {
  const task = { job: "0123456789abcdefghijklmno", run: "run0123456789abc", request: { format: "csv" } } as const;
  await sqsExportQueue({ client, url: urls.imports }).send(task);
  expect((await received(urls.imports)).map(readExportTask)).toEqual([task]);
});

it("fails when the queue does", async () => {
  const gone = { ...urls, imports: `${sqs.url}/000000000000/gone` };
  await expect(sqsNudges({ client, urls: gone }).import("0123456789abcdefghijklmno")).rejects.toThrow();
});
