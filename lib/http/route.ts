import type { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { Context } from "aws-lambda";
import { problemDetails } from "./problem-details.ts";
import type { Reply, Request } from "./request.ts";

/** The stack all routes share: header names in lower case, every failure as a problem document. */
export function route(log: Logger, handle: (request: Request, context: Context) => Promise<Reply>) {
  return middy<Request, Reply>().use(httpHeaderNormalizer()).use(problemDetails(log)).handler(handle);
}

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
