import { timingSafeEqual } from "node:crypto";
import type { Text } from "../domain/text.ts";
import { canonicalQuery, computeSignature, type Headers, makeSigningKeys } from "./signature.ts";

/** A request as it arrived. Header names in lower case; `query` is everything behind the `?`. */
export type ArrivedRequest = Readonly<{
  method: string;
  path: string;
  query: string;
  headers: Headers;
  /** SHA-256 of the body's bytes, lower-case hex. */
  bodyHash: string;
}>;

/** What is wrong with a signature: one of the vendor's own codes, and what to tell the client. */
export type SignatureFault = Readonly<{ kind: "bad"; code: SignatureCode; detail: Text; accessKeyId?: string }>;
export type SignatureCode =
  | "MissingSignature"
  | "MissingRequestInfo"
  | "InvalidAuthorization"
  | "InvalidCredential"
  | "InvalidAccessKey"
  | "InvalidTimestamp"
  | "SignatureDoesNotMatch";
/** `signed`: the names of the headers that the signature covers. */
export type GoodSignature = Readonly<{
  kind: "good";
  accessKeyId: string;
  signature: string;
  signed: readonly string[];
}>;

/** A signature is good for so long after its X-Date, and as long before it. */
const VALID_MS = 900_000;
const SERVICE = "rtc";
const FORM =
  /^HMAC-SHA256 +Credential=([^/,\s]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9_-]{1,64})\/request, *SignedHeaders=([a-z0-9;_-]{1,1024}), *Signature=([0-9a-f]{64})$/;

/**
 * Check a request that was signed as the vendor's SDKs sign theirs, with any set of signed headers that has x-date and
 * x-content-sha256: the vendor's SDKs differ in the rest. The region is the client's affair: the keys are good in all.
 *
 * @param authorization the value of the header
 * @param secretOf the secret of an access key id, if there is one
 * @param nowMs wall clock, epoch ms
 * @see https://www.volcengine.com/docs/6369/67269 signing method
 */
export function verifySignature(
  authorization: string,
  request: ArrivedRequest,
  secretOf: (accessKeyId: string) => string | undefined,
  nowMs: number,
): GoodSignature | SignatureFault {
  const { headers } = request;
  const bad = (code: SignatureCode, detail: Text): SignatureFault => ({ kind: "bad", code, detail });
  if (!authorization.includes("Signature=")) return bad("MissingSignature", "Authorization has no Signature");
  const [, accessKeyId = "", day = "", region = "", service, names = "", signature = ""] =
    FORM.exec(authorization) ?? [];
  if (service === undefined) return bad("InvalidAuthorization", "Authorization is not of the form HMAC-SHA256 …");
  const signed = names.split(";");
  const missing = ["x-date", "x-content-sha256"].filter((name) => !headers[name]);
  if (missing.length > 0) return bad("MissingRequestInfo", `these headers are missing: ${missing.join(", ")}`);
  const unsigned = unsignedOf(headers, signed);
  if (unsigned.length > 0) return bad("SignatureDoesNotMatch", `these headers must be signed: ${unsigned.join(", ")}`);
  const xDate = headers["x-date"] ?? "";
  if (!(Math.abs(nowMs - toMs(xDate)) <= VALID_MS)) return bad("InvalidTimestamp", "X-Date is not within 900 s of now");
  if (day !== xDate.slice(0, 8) || service !== SERVICE) {
    return bad("InvalidCredential", `the scope of Credential must be ${xDate.slice(0, 8)}/<region>/${SERVICE}/request`);
  }
  if (headers["x-content-sha256"] !== request.bodyHash) {
    return bad("SignatureDoesNotMatch", "X-Content-Sha256 is not the SHA-256 of the body");
  }
  const secret = secretOf(accessKeyId);
  if (secret === undefined) return bad("InvalidAccessKey", "there is no such access key");
  const scope = { region, service };
  const parts = { ...request, query: canonicalQuery(pairsOf(request.query)) };
  const wanted = computeSignature(parts, signed, scope, makeSigningKeys(scope)(secret, day));
  if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(signature))) {
    return { ...bad("SignatureDoesNotMatch", "the signature is not that of this request"), accessKeyId };
  }
  return { kind: "good", accessKeyId, signature, signed };
}

/** What changes the meaning of a request has to be signed, or a copy of the request could be bent. */
function unsignedOf(headers: Headers, signed: readonly string[]): string[] {
  const bound = ["x-date", "x-content-sha256", "idempotency-key", "x-security-token"];
  return bound.filter((name) => headers[name] !== undefined && !signed.includes(name));
}

/** @returns epoch ms of `YYYYMMDDTHHMMSSZ`, NaN for anything else */
function toMs(xDate: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(xDate);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A query's names and values, decoded. What cannot be decoded stays as it is, and then fails the comparison. */
function pairsOf(query: string): [string, string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return at === -1 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
