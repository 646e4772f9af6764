import middy, { type MiddlewareObj } from "@middy/core";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import { Forbidden, Invalid, Malformed, StoreContended, TooLate, Unavailable } from "../domain/errors.ts";
import { type Metadata, type VendorError, vendorError, writeError } from "../volcengine/answer.ts";
import type { Authenticated } from "./authenticate.ts";
import { authentication, callerOf } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import { type FailureTold, tellFailure } from "./problem-details.ts";
import type { Reply, Request } from "./request.ts";
import type { Door } from "./route.ts";
import { NOT_KEPT, safeHeaders } from "./safe-headers.ts";

/** The stack of the route that speaks the vendor's language: every failure in its envelope, with its codes and statuses. */
export function vendorRoute(
  door: Door,
  handle: (request: Request, caller: Authenticated, metadata: Metadata) => Promise<Reply>,
) {
  return middy<Request, Reply>()
    .use([safeHeaders(), httpHeaderNormalizer(), vendorErrors(door), authentication(door)])
    .handler((request, { awsRequestId }) => handle(request, callerOf(request), metadataOf(request, awsRequestId)));
}

export const vendorReply = (statusCode: number, body: string, headers: Record<string, string> = {}): Reply => ({
  statusCode,
  headers: { "content-type": "application/json", ...NOT_KEPT, ...headers },
  body,
});

function vendorErrors(told: FailureTold): MiddlewareObj<Request, Reply> {
  return {
    onError: (request) => {
      const { error, event, context } = request;
      const metadata = metadataOf(event, context.awsRequestId);
      const refusal = toVendorError(error);
      if (refusal.status >= 500) tellFailure(told, error, { requestId: metadata.RequestId });
      const headers = error instanceof HttpError ? error.facts.headers : undefined;
      request.response = vendorReply(refusal.status, writeError(metadata, refusal), headers);
    },
  };
}

/** A fault of the client's is told in full, of ours nothing internal. */
export function toVendorError(error: unknown): VendorError {
  if (error instanceof HttpError) {
    const { status, message, facts } = error;
    return facts.vendorCode === undefined
      ? { ...vendorError("InvalidParameter", message), status }
      : vendorError(facts.vendorCode, message);
  }
  if (error instanceof Malformed) return vendorError("JsonParsingError", error.message);
  if (error instanceof TooLate) return vendorError("InvalidParameter", error.message);
  if (error instanceof Invalid) return vendorError(codeOf(error), textOf(error));
  if (error instanceof Forbidden) return vendorError("AccessDenied", textOf(error));
  if (error instanceof Unavailable || error instanceof StoreContended) {
    return vendorError("ServiceUnavailableTemp", "a service that is needed is away, nothing was done; try again");
  }
  return vendorError("InternalError", "something went wrong here");
}

/** One fault has the name of its parameter, as the vendor writes it; several have none. */
function codeOf({ faults }: Invalid): string {
  if (faults.length > 0 && faults.every(({ detail }) => detail === "is missing")) return "MissingParameter";
  const [name = ""] = faults.length === 1 ? (faults[0]?.pointer.slice(1).split("/") ?? []) : [];
  return /^\w+$/.test(name) ? `InvalidParameter.${name}` : "InvalidParameter";
}

/** Every fault in the one text that the envelope has room for. */
function textOf({ message, faults }: Invalid | Forbidden): string {
  const all = faults.map(({ pointer, detail }) => `${pointer.slice(1) || "the body"} ${detail}`);
  return all.length === 0 ? message : `${message}: ${all.join("; ")}`;
}

const SHORT = /^[\w.-]{0,64}$/;
/** The region of a signature; `cn-north-1` is the vendor's own. */
const REGION = /^HMAC-SHA256 +Credential=[^/]+\/\d{8}\/([a-z0-9-]{1,64})\//;

/** What the answer repeats of the request, as far as it is harmless. */
function metadataOf({ queryStringParameters, headers }: Request, requestId: string): Metadata {
  const { Action = "", Version = "" } = queryStringParameters ?? {};
  const [, Region = "cn-north-1"] = REGION.exec(headers?.["authorization"] ?? "") ?? [];
  return {
    RequestId: requestId,
    Action: SHORT.test(Action) ? Action : "",
    Version: SHORT.test(Version) ? Version : "",
    Service: "rtc",
    Region,
  };
}
