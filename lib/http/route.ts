import type { Logger } from "@aws-lambda-powertools/logger";
import middy, { type MiddlewareObj } from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { Authenticated, AuthenticatePorts } from "./authenticate.ts";
import { authentication, callerOf } from "./authentication.ts";
import { problemDetails } from "./problem-details.ts";
import type { Reply, Request } from "./request.ts";
import { NOT_KEPT, safeHeaders } from "./safe-headers.ts";

/** What every route needs, to know who calls and to say what went wrong. */
export type Door = AuthenticatePorts & Readonly<{ log: Logger }>;

/** The stack all routes share: header names in lower case, who calls, every failure as a problem document. */
export function route(door: Door, handle: (request: Request, caller: Authenticated) => Promise<Reply>) {
  return open(door.log, async (request) => handle(request, callerOf(request)), authentication(door));
}

/** A route that anybody may call. */
export function openRoute(log: Logger, handle: (request: Request) => Promise<Reply>) {
  return open(log, handle);
}

function open(
  log: Logger,
  handle: (request: Request) => Promise<Reply>,
  ...more: readonly MiddlewareObj<Request, Reply>[]
) {
  return middy<Request, Reply>()
    .use([safeHeaders(), httpHeaderNormalizer(), problemDetails(log), ...more])
    .handler(handle);
}

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { "content-type": "application/json", ...NOT_KEPT, ...headers },
  body: JSON.stringify(body),
});
