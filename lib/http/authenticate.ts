import type { Logger } from "@aws-lambda-powertools/logger";
import type { Caller, Scope } from "../domain/caller.ts";
import { type Client, toCaller } from "../domain/client.ts";
import type { Clients } from "../ports/clients.ts";
import type { RequestCounter } from "../ports/request-counter.ts";
import { HttpError } from "./http-error.ts";
import { iamCaller } from "./iam-caller.ts";
import { requestsLimited } from "./rate-limit.ts";
import { type Proof, type Refusal, readKey } from "./read-key.ts";
import type { Request } from "./request.ts";

/** Who calls. `signature`: of a signed request, what no other request has; it serves as its idempotency key. */
export type Authenticated = Caller & Readonly<{ signature?: string }>;
export type Authenticate = (request: Request) => Promise<Authenticated>;

export type AuthenticatePorts = Readonly<{
  /** `keys` that Volley issued, or `iam`: the authorizer of the HTTP API in front. */
  mode: "keys" | "iam";
  clients: Clients;
  counter: RequestCounter;
  now: () => number;
  log: Pick<Logger, "warn">;
}>;

/** IAM's policy says which routes a role may call at all; it knows no scopes. A client of the same id can say more. */
const IAM_SCOPES: readonly Scope[] = ["send", "read", "control"];

/**
 * Establish who calls, and that it does not call too often.
 *
 * @returns a function that throws {@link HttpError} 401 if nobody can be told, 429 past the client's requests a minute
 */
export function makeAuthenticate({ mode, clients, counter, now, log }: AuthenticatePorts): Authenticate {
  return async function authenticate(request) {
    const found = mode === "iam" ? await byIam(request) : readKey(request, await clients.all(), now());
    if ("error" in found) throw refused(found);
    await assertNotTooOften(found.client);
    const { client, signature, principal } = found;
    return {
      ...toCaller(client),
      ...(principal !== undefined && { principal }),
      ...(signature !== undefined && { signature }),
    };
  };

  async function byIam(request: Request): Promise<Proof> {
    const { clientId: id, arn } = iamCaller(request);
    return { client: (await clients.find(id)) ?? { id, scopes: IAM_SCOPES, keys: [] }, principal: arn };
  }

  function refused({ code, clientId, error }: Refusal): HttpError {
    log.warn("not authenticated", { code, ...(clientId !== undefined && { clientId }) });
    return error;
  }

  async function assertNotTooOften({ id, requestsPerMinute: limit }: Client): Promise<void> {
    if (limit === undefined) return;
    const { allowed, resetMs } = await counter.take(id, limit, now());
    if (!allowed) throw tooOften(limit, Math.max(1, Math.ceil((resetMs - now()) / 1000)));
  }
}

function tooOften(limit: number, resetS: number): HttpError {
  return new HttpError(429, `this client may make ${limit} requests a minute`, {
    ...requestsLimited(limit, resetS),
    vendorCode: "FlowLimitExceeded",
  });
}
