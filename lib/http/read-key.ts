import { hash, timingSafeEqual } from "node:crypto";
import type { Client } from "../domain/client.ts";
import type { Text } from "../domain/text.ts";
import { verifySignature } from "../volcengine/verify-signature.ts";
import { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";

/**
 * Who made a request. `signature`: of a signed one, its signature, which no other request has. `principal`: who it is in full,
 * for the history of jobs.
 */
export type Proof = Readonly<{ client: Client; signature?: string; principal?: string }>;

/** Why a request proves nothing. `clientId`: whose key was named, if it was one of ours. For the log, with no key in it. */
export type Refusal = Readonly<{ code: string; clientId?: string; error: HttpError }>;

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,200}=*)$/i;

/**
 * Find out whose key a request carries: `Authorization: Bearer <key>`, or the vendor's HMAC-SHA256 signature made with a key
 * pair that Volley issued.
 *
 * @param nowMs wall clock, epoch ms: signatures are good for 900 s
 * @see RFC 6750 section 2.1
 */
export function readKey(request: Request, clients: readonly Client[], nowMs: number): Proof | Refusal {
  const authorization = request.headers["authorization"];
  if (authorization === undefined) return refuse("MissingAuthenticationToken", "there is no Authorization header");
  if (/^HMAC-SHA256\b/.test(authorization)) return readSignature(authorization, request, clients, nowMs);
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) {
    return refuse("InvalidAuthorization", "Authorization must be `Bearer <key>`, or a signature HMAC-SHA256");
  }
  const client = ownerOf(key, clients);
  return client ? { client } : refuse("InvalidAccessKey", "there is no such key");
}

/** Compares with every key, whatever is found: how long it takes tells nothing. */
function ownerOf(key: string, clients: readonly Client[]): Client | undefined {
  const given = Buffer.from(hash("sha256", key));
  let owner: Client | undefined;
  for (const client of clients) {
    for (const { sha256 } of client.keys) if (timingSafeEqual(Buffer.from(sha256), given)) owner = client;
  }
  return owner;
}

function readSignature(
  authorization: string,
  request: Request,
  clients: readonly Client[],
  nowMs: number,
): Proof | Refusal {
  const { body = "", isBase64Encoded, headers, rawPath, rawQueryString, requestContext } = request;
  const bodyHash = hash("sha256", isBase64Encoded ? Buffer.from(body, "base64") : body);
  const arrived = {
    method: requestContext.http.method,
    path: rawPath,
    query: rawQueryString,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? ""])),
    bodyHash,
  };
  const pairOf = (id: string) => clients.flatMap(({ keys }) => keys).find(({ accessKeyId }) => accessKeyId === id);
  const clientOf = (id = "") => clients.find(({ keys }) => keys.some(({ accessKeyId }) => accessKeyId === id));
  const found = verifySignature(authorization, arrived, (id) => pairOf(id)?.secretAccessKey, nowMs);
  const client = clientOf(found.accessKeyId);
  if (found.kind === "bad") return refuse(found.code, found.detail, client?.id);
  return client ? { client, signature: found.signature } : refuse("InvalidAccessKey", "there is no such access key");
}

/** @see RFC 9110 section 11.6.1 */
function refuse(code: string, detail: Text, clientId?: string): Refusal {
  const headers = { "www-authenticate": 'Bearer realm="volley", HMAC-SHA256' };
  const error = new HttpError(401, detail, { headers, vendorCode: code });
  return { code, error, ...(clientId !== undefined && { clientId }) };
}
