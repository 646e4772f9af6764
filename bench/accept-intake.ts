import { parse } from "lossless-json";
import { readJobRequest } from "../lib/api/job-request.ts";
import { cutBatches, MAX_BATCH } from "../lib/domain/batches.ts";

/** Intake without its network: from the text of a body to the JSON text of every message for the queue. */
export function intake(body: string): number {
  let length = 0;
  for (const task of cutBatches("0".repeat(25), readJobRequest(body, 0).receivers, MAX_BATCH)) {
    length += JSON.stringify(task).length;
  }
  return length;
}

/** The least there is to do with a body: JSON.parse, which rounds ids past 2^53, or the parser that does not. */
export const bareParse: Readonly<Record<"native" | "lossless", (body: string) => unknown>> = {
  native: (body) => JSON.parse(body),
  lossless: (body) => parse(body),
};

export const bodyOf = (receivers: readonly string[]): string =>
  `{"AppId":666675,"Sender":10001,"MsgType":10001,"Content":"hello, all","Receiver":[${receivers.join(",")}]}`;
