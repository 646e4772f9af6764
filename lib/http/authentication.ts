import type { MiddlewareObj } from "@middy/core";
import { type Authenticated, type AuthenticatePorts, makeAuthenticate } from "./authenticate.ts";
import type { Reply, Request } from "./request.ts";

/** Keeps who calls beside the request, where no client can write. */
const callers = new WeakMap<Request, Authenticated>();

/** The middleware that lets nobody in whom it does not know. */
export function authentication(ports: AuthenticatePorts): MiddlewareObj<Request, Reply> {
  const authenticate = makeAuthenticate(ports);
  return {
    before: async ({ event }) => void callers.set(event, await authenticate(event)),
  };
}

/** @throws {TypeError} a fault of ours: the middleware did not run */
export function callerOf(request: Request): Authenticated {
  const caller = callers.get(request);
  if (caller === undefined) throw new TypeError("nobody is authenticated");
  return caller;
}
