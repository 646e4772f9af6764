import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqsDeadLetters } from "../../lib/adapters/sqs-dead-letters.ts";
import type { DeadLetter } from "../../lib/ports/dead-letters.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { aLetter, deadLettersContract } from "../contracts/dead-letters.ts";

const MAX_BYTES = 1024 * 1024;
let fauxqs: Emulator;
let client: SQSClient;
let url = "";

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" }; // invented: fauxqs takes any
  client = new SQSClient({ endpoint: fauxqs.url, region: "ap-southeast-1", credentials });
  url = (await client.send(new CreateQueueCommand({ QueueName: "dead" }))).QueueUrl ?? "";
});
afterAll(async () => {
  client?.destroy();
  await fauxqs?.stop();
});

/** What lies on the queue, and is taken from it: body and attributes. */
async function received() {
  const ask = { QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  const { Messages = [] } = await client.send(new ReceiveMessageCommand(ask));
  for (const { ReceiptHandle } of Messages)
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  return Messages.map(({ Body = "", MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = "" }]) => [name, StringValue]),
    ),
  }));
}

const toLetter = ({ body, attributes }: Awaited<ReturnType<typeof received>>[number]): DeadLetter => ({
  body,
  messageId: attributes["MessageId"] ?? "",
  door: attributes["Door"] as DeadLetter["door"],
  reason: attributes["Reason"] ?? "",
  ...JSON.parse(attributes["Faults"] ?? "{}"),
});

deadLettersContract("SQS (fauxqs)", () => ({
  deadLetters: sqsDeadLetters({ client, url }),
  read: async () => (await received()).map(toLetter),
}));

describe("a dead letter on SQS", () => {
  const faults = Array.from({ length: 100 }, (_, i) => ({
    pointer: `/Ext/${i}${"x".repeat(1_000)}`,
    detail: "must be a string",
  }));

  it("lists as many faults as 16 KB hold, and how many there are", async () => {
    await sqsDeadLetters({ client, url }).bury(aLetter({ faults, total: 100, reason: `ä${"r".repeat(2_000)}` }));
    const [letter] = await received();
    const { Faults = "", Reason = "" } = letter?.attributes ?? {};
    expect(Faults.length).toBeGreaterThan(15_000);
    expect(Faults.length).toBeLessThanOrEqual(16 * 1024);
    expect(JSON.parse(Faults)).toEqual({ total: 100, faults: faults.slice(0, JSON.parse(Faults).faults.length) });
    expect(Reason).toMatch(/^\\u00e4r{494}$/);
  });

  it.each([
    { left: 0, names: [] },
    { left: 20, names: ["Door"] },
    { left: 150, names: ["Door", "Faults", "MessageId", "Reason"] },
    { left: 5_000, names: ["Door", "Faults", "MessageId", "Reason"] },
  ])("stays within SQS's limit where its body leaves $left bytes", async ({ left, names }) => {
    const body = "x".repeat(MAX_BYTES - left);
    await sqsDeadLetters({ client, url }).bury(aLetter({ body, faults, total: 100 }));
    const [letter] = await received();
    expect(letter?.body).toBe(body);
    expect(Object.keys(letter?.attributes ?? {}).sort()).toEqual(names);
  });

  it("is a failure if the queue is away: the message comes again", async () => {
    const gone = sqsDeadLetters({ client, url: `${url}-gone` });
    await expect(gone.bury(aLetter())).rejects.toThrow();
  });
});
