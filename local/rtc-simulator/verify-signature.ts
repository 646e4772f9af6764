import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refuse } from "./refusal.ts";

export type SignedRequest = Readonly<{
  method: string;
  /** path and query exactly as they came, such as `/?Action=A&Version=V` */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}>;

/** Whose signature is good, and where. */
export type Account = Readonly<{
  accessKeyId: string;
  /** used as its literal text, though it looks like base64 */
  secretAccessKey: string;
  /** set: every request must carry exactly this X-Security-Token; not set: none may carry one */
  sessionToken?: string;
  region: string;
  service: string;
}>;

/** A signature is good for this long, and as long ahead of our clock. */
const VALID_MS = 900_000;

const AUTHORIZATION =
  /^HMAC-SHA256 Credential=(?<accessKeyId>[^/,]+)\/(?<day>\d{8})\/(?<region>[^/,]+)\/(?<service>[^/,]+)\/request, SignedHeaders=(?<names>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$/;

/**
 * Check who sent a request and that nothing on the way touched it. Takes any set of signed headers that holds
 * x-content-sha256, x-date and, when a session token is sent, x-security-token: the vendor's SDKs differ in the rest.
 *
 * Written independently of Volley's own signer, on purpose: two readings of one page find each other's mistakes.
 *
 * @param nowMs wall clock, epoch ms
 * @returns the reason to refuse, or undefined when all is well
 * @see https://www.volcengine.com/docs/6348/69859 signature
 */
export function verifySignature(request: SignedRequest, account: Account, nowMs: number): Refusal | undefined {
  const { headers } = request;
  const authorization = headers.authorization;
  if (authorization === undefined) return refuse("MissingAuthenticationToken", "there is no Authorization header");
  if (!authorization.includes("Signature=")) return refuse("MissingSignature", "Authorization holds no Signature");
  const parts = AUTHORIZATION.exec(authorization)?.groups;
  if (parts === undefined) return refuse("InvalidAuthorization", "Authorization is not of the form HMAC-SHA256 …");

  const date = headerValue(headers, "x-date");
  const bodyHash = headerValue(headers, "x-content-sha256");
  if (date === undefined) return refuse("MissingRequestInfo", "there is no X-Date header");
  if (bodyHash === undefined) return refuse("MissingRequestInfo", "there is no X-Content-Sha256 header");
  const dateMs = parseDate(date);
  if (!(Math.abs(nowMs - dateMs) <= VALID_MS)) return refuse("InvalidTimestamp", `X-Date ${date} is not within 900 s`);

  const { accessKeyId, day, region, service, names = "", signature } = parts;
  if (accessKeyId !== account.accessKeyId) return refuse("InvalidAccessKey", `unknown access key ${accessKeyId}`);
  if (day !== date.slice(0, 8) || region !== account.region || service !== account.service) {
    return refuse("InvalidCredential", `the scope must be ${date.slice(0, 8)}/${account.region}/${account.service}`);
  }
  const token = headerValue(headers, "x-security-token");
  if (token !== account.sessionToken) return refuse("InvalidSecretToken", "X-Security-Token is not the one expected");

  const signed = names.split(";");
  if (names !== signed.toSorted().join(";")) return refuse("InvalidAuthorization", "SignedHeaders are not sorted");
  const required = ["x-content-sha256", "x-date", ...(token === undefined ? [] : ["x-security-token"])];
  const unsigned = required.filter((name) => !signed.includes(name));
  if (unsigned.length > 0) return refuse("SignatureDoesNotMatch", `not signed: ${unsigned.join(", ")}`);
  if (bodyHash !== sha256(request.body)) {
    return refuse("SignatureDoesNotMatch", "X-Content-Sha256 is not the SHA-256 of this body");
  }
  const canonical = canonicalRequest(request, signed, bodyHash);
  const toSign = ["HMAC-SHA256", date, `${day}/${region}/${service}/request`, sha256(canonical)].join("\n");
  const key = [day, region, service, "request"].reduce<string | Buffer>(hmac, account.secretAccessKey);
  if (hmac(key, toSign).toString("hex") === signature) return undefined;
  return refuse("SignatureDoesNotMatch", `the signature does not match; the canonical request was ${canonical}`);
}

function canonicalRequest(request: SignedRequest, signed: readonly string[], bodyHash: string): string {
  const [path = "", query = ""] = request.target.split("?", 2);
  const headerLines = signed.map((name) => `${name}:${headerValue(request.headers, name) ?? ""}`);
  return [request.method, path, canonicalQuery(query), ...headerLines, "", signed.join(";"), bodyHash].join("\n");
}

function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [encode(name), encode(value.join("="))] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? Number(x > y) - Number(x < y) : Number(a > b) - Number(a < b)))
    .map((pair) => pair.join("="))
    .join("&");
}

/** Whatever encoding came, brought to the one the signature is made over (RFC 3986 unreserved characters stay). */
function encode(part: string): string {
  let plain = part;
  try {
    plain = decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error; // a stray % is taken as it stands, and fails the comparison
  }
  return encodeURIComponent(plain).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function headerValue(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(",") : value)?.trim().replace(/\s+/g, " ");
}

/** @returns epoch ms of `YYYYMMDDTHHMMSSZ`, NaN for anything else */
function parseDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
