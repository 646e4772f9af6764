import { type Refusal, refuse } from "./refusal.ts";
import { type Account, type SignedRequest, verifySignature } from "./verify-signature.ts";

const ACTION = "BatchSendMessage";
const VERSION = "2020-12-01";

/** Why a request is refused before its body is read: its method, its address, its signature, its type. */
export function refuseCaller(request: SignedRequest, signer: Account, nowMs: number): Refusal | undefined {
  const { path, action, version } = readTarget(request.target);
  if (request.method !== "POST") return refuse("MethodNotAllowed", `${request.method} is not allowed`);
  if (path !== "/" || action !== ACTION || version !== VERSION) {
    return refuse("InvalidActionOrVersion", `only POST /?Action=${ACTION}&Version=${VERSION} is known`);
  }
  const refusal = verifySignature(request, signer, nowMs);
  if (refusal !== undefined) return refusal;
  const contentType = request.headers["content-type"] ?? "";
  if (/^application\/json\s*(;|$)/i.test(contentType)) return undefined;
  return refuse("MissingRequestInfo", "Content-Type must be application/json");
}

export function readTarget(target: string) {
  const [path = "", query = ""] = target.split("?", 2);
  const parameters = new URLSearchParams(query);
  return { path, action: parameters.get("Action") ?? "", version: parameters.get("Version") ?? "" };
}
