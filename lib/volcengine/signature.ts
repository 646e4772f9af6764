import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** A key pair of the account, and a session token if it is a temporary one. The secret is used as its literal text. */
export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/** What a derived key is good for, besides the day: for example `cn-north-1`, `rtc`. */
export type SigningScope = Readonly<{ region: string; service: string }>;

/** Header names in lower case, values as they stand on the wire. */
export type Headers = Readonly<Record<string, string>>;

/** A request as signer and verifier see it. */
export type SignableRequest = Readonly<{
  method: string;
  path: string;
  /** as {@link canonicalQuery} writes it */
  query: string;
  headers: Headers;
}>;

/** What is signed in the end: of the body only its SHA-256, lower-case hex. */
export type HashedRequest = SignableRequest & Readonly<{ bodyHash: string }>;

const ALGORITHM = "HMAC-SHA256";
const TERMINATOR = "request";

/** Derives the signing key of a day (YYYYMMDD). */
export type SigningKeys = (secretAccessKey: string, day: string) => KeyObject;

/**
 * Make a signer for one region and service.
 *
 * @returns a function that gives the headers to send: the ones in `request`, each of which it signs, and `x-date`,
 *   `x-content-sha256`, `x-security-token` (with temporary keys) and `authorization`. `body` is exactly what will be
 *   sent; `nowMs` is the wall clock in epoch ms. The upstream takes a signature for 900 s: sign right before sending.
 * @see https://www.volcengine.com/docs/6369/67269 signing method: close to AWS Signature Version 4
 */
export function makeSigner(
  scope: SigningScope,
): (request: SignableRequest, body: string | Uint8Array, credentials: Credentials, nowMs: number) => Headers {
  const keys = makeSigningKeys(scope);
  return (request, body, { accessKeyId, secretAccessKey, sessionToken }, nowMs) => {
    const xDate = toXDate(nowMs);
    const bodyHash = hash("sha256", body);
    const headers: Record<string, string> = { ...request.headers, "x-content-sha256": bodyHash, "x-date": xDate };
    if (sessionToken !== undefined) headers["x-security-token"] = sessionToken;
    const signed = Object.keys(headers).sort();
    const key = keys(secretAccessKey, xDate.slice(0, 8));
    const signature = computeSignature({ ...request, headers, bodyHash }, signed, scope, key);
    headers["authorization"] =
      `${ALGORITHM} Credential=${accessKeyId}/${scopeOf(xDate, scope)}, SignedHeaders=${signed.join(";")}, Signature=${signature}`;
    return headers;
  };
}

/** Make a key derivation for one region and service. It takes four HMACs and remembers the last key: a day costs them once. */
export function makeSigningKeys({ region, service }: SigningScope): SigningKeys {
  let last: Readonly<{ secret: string; day: string; key: KeyObject }> | undefined;
  return (secret, day) => {
    if (last?.secret === secret && last.day === day) return last.key;
    // an HMAC under a KeyObject takes a seventh of the time of one under a Buffer
    const key = createSecretKey(hmac(hmac(hmac(hmac(secret, day), region), service), TERMINATOR));
    last = { secret, day, key };
    return key;
  };
}

/**
 * The signature a request must carry: what a signer puts in, and what a verifier compares with, having hashed the body it
 * received.
 *
 * @param signed names of the signed headers, lower case, sorted; a verifier takes them from SignedHeaders
 * @param key as {@link makeSigningKeys} derives it for the day in `x-date` (its first 8 characters)
 * @returns lower-case hex; a signed header that is missing counts as empty
 */
export function computeSignature(
  request: HashedRequest,
  signed: readonly string[],
  scope: SigningScope,
  key: KeyObject,
): string {
  const xDate = request.headers["x-date"] ?? "";
  const hashed = hash("sha256", canonicalRequest(request, signed));
  const stringToSign = `${ALGORITHM}\n${xDate}\n${scopeOf(xDate, scope)}\n${hashed}`;
  return createHmac("sha256", key).update(stringToSign).digest("hex");
}

/** The canonical text of a request. */
function canonicalRequest(
  { method, path, query, headers, bodyHash }: HashedRequest,
  signed: readonly string[],
): string {
  let lines = "";
  for (const name of signed) lines += `${name}:${(headers[name] ?? "").trim()}\n`;
  return `${method}\n${path}\n${query}\n${lines}\n${signed.join(";")}\n${bodyHash}`;
}

/** A query as it is signed, which is also a valid way to send it: sorted by bytes, only unreserved characters left plain. */
export function canonicalQuery(parameters: Iterable<readonly [name: string, value: string]>): string {
  return [...parameters]
    .map(([name, value]) => [Buffer.from(name), `${percentEncode(name)}=${percentEncode(value)}`] as const)
    .sort(([a, x], [b, y]) => Buffer.compare(a, b) || (x < y ? -1 : 1))
    .map(([, pair]) => pair)
    .join("&");
}

/** RFC 3986 section 2.3: everything but A-Z a-z 0-9 - _ . ~ is encoded. encodeURIComponent leaves five more. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function scopeOf(xDate: string, { region, service }: SigningScope): string {
  return `${xDate.slice(0, 8)}/${region}/${service}/${TERMINATOR}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** YYYYMMDDTHHMMSSZ, UTC, whole seconds. */
function toXDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString(); // 2024-05-15T08:03:13.000Z
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}
