import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { decodeIds, encodeIds } from "../domain/list-format.ts";
import type { Message } from "../domain/message.ts";
import type { MessageStore, StoredMessage } from "../ports/message-store.ts";
import { digitsOf, type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { assertReadable, VERSIONED } from "./dynamo-item-version.ts";
import { expiresAt, runPk } from "./dynamo-run-key.ts";
import type { DynamoTable } from "./dynamo-table.ts";

export const messageKey = (run: string): Item => ({ pk: runPk(run), sk: S("MESSAGE") });

export function dynamoMessageStore({ client, table }: DynamoTable): MessageStore {
  return {
    async write(run, stored, goneAtMs) {
      // Unconditional: a run is drawn for one try to accept, so the same write can only be repeated.
      const Item = { ...messageKey(run), ...toMessageItem(stored), expiresAt: expiresAt(goneAtMs) };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },

    async read(run) {
      const command = new GetItemCommand({ TableName: table, Key: messageKey(run), ConsistentRead: true });
      const { Item } = await client.send(command);
      return Item && fromMessageItem(Item);
    },
  };
}

const toMessageItem = ({ message, receivers }: StoredMessage): Item => ({
  ...VERSIONED,
  message: { M: toMessageMap(message) },
  ...(receivers !== undefined && { receivers: { B: toBytes(receivers) } }),
});

/** @throws {TypeError} naming the attribute that is not as it is written */
export function fromMessageItem(item: Item): StoredMessage {
  assertReadable(item);
  const map = item["message"]?.M;
  if (map === undefined) throw new TypeError("message is not a map");
  const receivers = item["receivers"]?.B;
  return { message: fromMessageMap(map), ...(receivers && { receivers: decodeIds(receivers).join(",") }) };
}

/** As in a list object: a third of the digits. */
const toBytes = (receivers: string): Uint8Array => encodeIds(BigUint64Array.from(receivers.split(","), BigInt));

const toMessageMap = (message: Message): Item => ({
  AppId: N(message.AppId),
  Sender: N(message.Sender),
  MsgType: N(message.MsgType),
  Content: S(message.Content),
  ...(message.InboxType !== undefined && { InboxType: N(message.InboxType) }),
  ...(message.IsNormalUser !== undefined && { IsNormalUser: { BOOL: message.IsNormalUser } }),
  ...(message.Ext && { Ext: { M: toTextMap(message.Ext) } }),
});

function fromMessageMap(map: Item): Message {
  const inboxType = optional(map, "InboxType", numberOf);
  const isNormalUser = map["IsNormalUser"]?.BOOL;
  const ext = map["Ext"]?.M;
  return {
    AppId: numberOf(map, "AppId"),
    Sender: digitsOf(map, "Sender"),
    MsgType: numberOf(map, "MsgType"),
    Content: textOf(map, "Content"),
    ...(inboxType !== undefined && { InboxType: inboxType }),
    ...(isNormalUser !== undefined && { IsNormalUser: isNormalUser }),
    ...(ext && { Ext: Object.fromEntries(Object.keys(ext).map((key) => [key, textOf(ext, key)])) }),
  };
}

const toTextMap = (texts: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, S(value)]));
