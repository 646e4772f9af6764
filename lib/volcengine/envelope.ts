import type { Message } from "../domain/message.ts";
import type { RtcAnswer } from "../domain/rtc-answer.ts";
import { classify, saysNotProcessed } from "./error-codes.ts";
import { parseDigits } from "./parse-digits.ts";

/** An HTTP answer, its body decoded. `retryAfterMs`: how long it asks to wait. */
export type HttpReply = Readonly<{ status: number; body: string; retryAfterMs?: number | undefined }>;

/** What a reply says. `clock` never reaches deliver: the sender signs again, once. */
export type Reading = RtcAnswer | Readonly<{ kind: "clock"; code: string; requestId?: string }>;

/** An int64 as the vendor writes it. Zero is no message id: it is what a field that was never set looks like. */
const MESSAGE_ID = /^-?[1-9][0-9]{0,18}$/;

/**
 * Write the request body. Sender and receivers go out as JSON numbers, digit for digit: they never pass through a
 * JavaScript number.
 *
 * @param receivers canonical decimal ids, at most 500: they are not checked again here
 * @see https://www.volcengine.com/docs/6348/1164080 BatchSendMessage, request body
 */
export function writeRequest(message: Message, receivers: readonly string[]): string {
  const { AppId, Sender, InboxType, MsgType, Content, IsNormalUser, Ext } = message;
  const rest = JSON.stringify({ InboxType, MsgType, Content, IsNormalUser, Ext }); // leaves out what is undefined
  return `{"AppId":${AppId},"Sender":${Sender},"Receiver":[${receivers.join()}],${rest.slice(1)}`;
}

/**
 * Read what the upstream answered about `receivers`, without losing a digit of an id.
 *
 * Whatever is well-formed is used: a message id for a receiver we asked about is proof that it was
 * sent, so such an answer is `answered` even beside an error, and a receiver in both lists is sent. Receivers we did
 * not ask about are ignored. Ids may be JSON numbers or decimal strings.
 *
 * A body that is not the vendor's envelope (an HTML page) is of something in between. Where its status says that the request
 * was turned away, nothing was sent; anything else is `unclear` with code `NotJson`.
 */
export function readReply({ status, body, retryAfterMs }: HttpReply, receivers: readonly string[]): Reading {
  const envelope = parseObject(body);
  const metadata = objectOrNone(envelope?.["ResponseMetadata"]);
  const result = objectOrNone(envelope?.["Result"]);
  if (metadata === undefined && result === undefined && status !== 429) {
    if (!saysNotProcessed(status)) return { kind: "unclear", code: "NotJson" };
    return { kind: "refused", why: "not-sent", code: `Http${status}`, holds: true };
  }

  const named = typeof metadata?.["RequestId"] === "string" ? { requestId: metadata["RequestId"] } : {};
  const messageIds = readMessageIds(result?.["UserMessageId"], receivers);
  const error = metadata?.["Error"] ?? undefined;
  if (messageIds.size > 0 || (status === 200 && error === undefined)) {
    const failedReceivers = readFailed(result?.["FailedReceiver"], receivers, messageIds);
    return { kind: "answered", messageIds, failedReceivers, ...named };
  }

  const said = objectOrNone(error)?.["Code"];
  const code = typeof said === "string" && said !== "" ? said : undefined;
  const why = classify(status, code);
  const facts = { code: code ?? `Http${status}`, ...named };
  if (why === "flow" && retryAfterMs !== undefined) return { kind: "refused", why, ...facts, retryAfterMs };
  return why === "clock" || why === "unclear" ? { kind: why, ...facts } : { kind: "refused", why, ...facts };
}

function readMessageIds(map: unknown, receivers: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>();
  const found = objectOrNone(map) ?? {};
  for (const receiver of receivers) {
    const id = found[receiver]; // what an object inherits is no string
    if (typeof id === "string" && MESSAGE_ID.test(id)) ids.set(receiver, id);
  }
  return ids;
}

function readFailed(list: unknown, receivers: readonly string[], sent: ReadonlyMap<string, string>): string[] {
  if (!Array.isArray(list) || list.length === 0) return [];
  const named = new Set(list);
  return receivers.filter((receiver) => named.has(receiver) && !sent.has(receiver));
}

/** Numbers come back as the digits they were written with: here they are only ids. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOrNone(parseDigits(text));
  } catch (error) {
    // RangeError: nested so deep that a parser ran out of stack
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function objectOrNone(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
