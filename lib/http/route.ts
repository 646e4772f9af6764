import middy, { type MiddlewareObj } from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import type { Authenticated, AuthenticatePorts } from "./authenticate.ts";
import { authentication, callerOf } from "./authentication.ts";
import { type FailureTold, problemDetails } from "./problem-details.ts";
import type { Reply, Request } from "./request.ts";
import { NOT_KEPT, safeHeaders } from "./safe-headers.ts";

/** What every route needs, to know who calls and to say what went wrong. */
export type Door = AuthenticatePorts & FailureTold;

/** The stack all routes share: header names in lower case, who calls, every failure as a problem document. */
export function route(door: Door, handle: (request: Request, caller: Authenticated) => Promise<Reply>) {
  return open(door, async (request) => handle(request, callerOf(request)), authentication(door));
}

/** A route that anybody may call. */
export function openRoute(told: FailureTold, handle: (request: Request) => Promise<Reply>) {
  return open(told, handle);
}

function open(
  told: FailureTold,
  handle: (request: Request) => Promise<Reply>,
  ...more: readonly MiddlewareObj<Request, Reply>[]
) {
  return middy<Request, Reply>()
    .use([safeHeaders(), httpHeaderNormalizer(), problemDetails(told), ...more])
    .handler(handle);
}

export const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { "content-type": "application/json", ...NOT_KEPT, ...headers },
  body: JSON.stringify(body),
});
