import { parse } from "lossless-json";
import { readJobRequest } from "../lib/api/job-request.ts";
import { encodeList } from "../lib/domain/list-format.ts";

/** As bulk jobs are cut at the default quota. */
const BATCH_SIZE = 497;

/** Intake without its network: from the text of a body to the bytes of the list that is stored. */
export function intake(body: string): number {
  return encodeList(readJobRequest(body).receivers, BATCH_SIZE).length;
}

/** The least there is to do with a body: JSON.parse, which rounds ids past 2^53, or the parser that does not. */
export const bareParse: Readonly<Record<"native" | "lossless", (body: string) => unknown>> = {
  native: (body) => JSON.parse(body),
  lossless: (body) => parse(body),
};

export const bodyOf = (receivers: readonly string[]): string =>
  `{"AppId":666675,"Sender":10001,"MsgType":10001,"Content":"hello, all","Receiver":[${receivers.join(",")}]}`;
