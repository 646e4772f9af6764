import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lib/adapters/dynamo-attributes.ts";
import { fromQuotaItem } from "../../lib/adapters/dynamo-quota-item.ts";
import { type DynamoTokenBucket, dynamoTokenBucket } from "../../lib/adapters/dynamo-token-bucket.ts";
import type { MemoryLedgers } from "../../lib/adapters/memory-token-bucket.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import { type FrailPorts, makeFrailPorts } from "./frail-ports.ts";
import type { Invocation, Process } from "./invocations.ts";

export type QuotaTable = FrailPorts & Readonly<{ policy: QuotaPolicy; ledgers: MemoryLedgers }>;

/** What one process keeps between two calls of its function: a bucket with its young copy. */
type Sandbox = { readonly bucket: DynamoTokenBucket; invocation: Invocation };

/**
 * The adapter that runs on AWS, on a table of one item an account: its writes lose against others, their answers get lost
 * and the SDK repeats them, and a process goes on with the copy that it had, however long it was frozen.
 */
export function makeQuotaTable(world: QuotaTable): (invocation: Invocation) => DynamoTokenBucket {
  const { chance, invocations, policy, ledgers } = world;
  const { read, write } = makeFrailPorts(world);
  const items = new Map<string, Item>();
  const sandboxes = new Map<Process, Sandbox[]>();
  return bucketOf;

  function bucketOf(invocation: Invocation): DynamoTokenBucket {
    const those = sandboxes.get(invocation.process) ?? [];
    sandboxes.set(invocation.process, those);
    const warm = those.find((one) => one.invocation.hasAnswered());
    if (!warm) {
      const made = start(invocation);
      those.push(made);
      return made.bucket;
    }
    warm.invocation.wake(); // what the one before left under way goes on
    warm.invocation = invocation;
    return warm.bucket;
  }

  function start(invocation: Invocation): Sandbox {
    const at = (): Invocation => sandbox.invocation;
    const client = { send: (command: unknown) => send(at(), command) } as unknown as DynamoDBClient;
    const bucket = dynamoTokenBucket({
      ...{ client, table: "quota", policy },
      now: () => at().now(),
      sleep: (ms) => invocations.pass(at(), ms),
      random: chance.share,
    });
    const sandbox: Sandbox = { bucket, invocation };
    return sandbox;
  }

  function send(invocation: Invocation, command: unknown): Promise<unknown> {
    if (command instanceof GetItemCommand) {
      const { Key = {} } = command.input;
      return read(invocation, "read of the quota", async () => ({ Item: items.get(Key["pk"]?.S ?? "") }));
    }
    if (command instanceof PutItemCommand)
      return write(invocation, "write of the quota", async () => put(command.input));
    throw new Error("the quota's table knows reads and conditional writes");
  }

  /** @throws {ConditionalCheckFailedException} if somebody else wrote first, or this very write before its answer got lost */
  function put({ Item = {}, ConditionExpression, ExpressionAttributeValues = {} }: PutItemCommandInput): object {
    const key = Item["pk"]?.S ?? "";
    const now = items.get(key);
    const expected =
      ConditionExpression === "attribute_not_exists(pk)" ? undefined : ExpressionAttributeValues[":read"]?.N;
    if (now?.["version"]?.N !== expected) {
      const tells = now && chance.happens(0.5); // not every engine does
      throw new ConditionalCheckFailedException({ message: "", $metadata: {}, ...(tells && { Item: now }) });
    }
    items.set(key, Item);
    ledgers.set(key.replace("QUOTA#", ""), fromQuotaItem(Item).ledger);
    return {};
  }
}
