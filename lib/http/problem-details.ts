import type { Logger } from "@aws-lambda-powertools/logger";
import type { MiddlewareObj } from "@middy/core";
import { BadRequest, type Fault } from "../domain/errors.ts";
import type { Reply, Request } from "./route.ts";

/**
 * Turn whatever a route throws into a problem document. A {@link BadRequest} says what it is; anything else is ours, is
 * logged, and tells the client nothing but the id to quote.
 *
 * @see RFC 9457
 */
export function problemDetails(log: Logger): MiddlewareObj<Request, Reply> {
  return {
    onError: (request) => {
      const { error } = request;
      if (error instanceof BadRequest) {
        request.response = problem(error.status, error.message, error);
      } else {
        log.error("request failed", { error: error as Error, requestId: request.context.awsRequestId });
        request.response = problem(
          500,
          `something went wrong here; the log has it under ${request.context.awsRequestId}`,
        );
      }
    },
  };
}

export type ProblemFacts = Readonly<{ faults?: readonly Fault[]; total?: number; retryAfterS?: number | undefined }>;

export function problem(status: number, detail: string, facts: ProblemFacts = {}): Reply {
  const { faults = [], total = faults.length, retryAfterS } = facts;
  const document = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    ...(faults.length > 0 && { errors: faults, total }),
  };
  return {
    statusCode: status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfterS !== undefined && { "retry-after": String(retryAfterS) }),
    },
    body: JSON.stringify(document),
  };
}

/** @see RFC 9110 section 15 */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
};
