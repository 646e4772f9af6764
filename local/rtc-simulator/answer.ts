import type { Refusal } from "./refusal.ts";
import { mix } from "./seeded.ts";

export type Metadata = Readonly<{
  RequestId: string;
  Action: string;
  Version: string;
  Service: string;
  Region: string;
}>;

export type Delivered = Readonly<{ userId: string; messageId: string }>;

/** Unique by `call`, the number of the call; begins with the time, as the vendor's do. */
export function requestId(atMs: number, call: number, seed: number): string {
  const time = new Date(atMs).toISOString().replace(/\D/g, "").slice(0, 14);
  const tail = mix(seed, `request ${call}`).toString(16).padStart(8, "0");
  return `${time}${call.toString(16).padStart(10, "0")}${tail}`.toUpperCase();
}

/** The body of a success. Ids are JSON numbers of up to 19 digits, so the text is written by hand: JSON.stringify rounds. */
export function success(metadata: Metadata, sent: readonly Delivered[], failed: readonly string[]): string {
  const ids = sent.map(({ userId, messageId }) => `"${userId}":${messageId}`).join(",");
  const result = `{"UserMessageId":{${ids}},"FailedReceiver":[${failed.join(",")}]}`;
  return `{"ResponseMetadata":${JSON.stringify(metadata)},"Result":${result}}`;
}

export function failure(metadata: Metadata, { code, codeN, message }: Refusal): string {
  return JSON.stringify({ ResponseMetadata: { ...metadata, Error: { CodeN: codeN, Code: code, Message: message } } });
}
