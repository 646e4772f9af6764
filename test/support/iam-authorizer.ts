import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

export type Signed = Readonly<{
  method: string;
  /** with its query */
  path: string;
  headers: Readonly<Record<string, unknown>>;
  body: string;
}>;

export type Issued = Readonly<{
  keys: Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  region: string;
  /** epoch ms */
  nowMs: number;
}>;

/** @see AWS General Reference, SigV4: a signature is good for five minutes */
const GOOD_MS = 5 * 60_000;

/**
 * Whether API Gateway's IAM authorizer would know who signed a request: the signature is made again by AWS's own library, of
 * what arrived.
 */
export async function isSigned(request: Signed, issued: Issued): Promise<boolean> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const [, names = ""] = /SignedHeaders=([^,]+)/.exec(headers["authorization"] ?? "") ?? [];
  const signed = names.split(";");
  const { sessionToken } = issued.keys;
  if (!["host", "x-amz-date"].every((name) => signed.includes(name))) return false;
  if (headers["x-amz-security-token"] !== sessionToken) return false;
  if (sessionToken !== undefined && !signed.includes("x-amz-security-token")) return false;
  const signingDate = dateOf(headers["x-amz-date"] ?? "");
  if (!(Math.abs(signingDate.getTime() - issued.nowMs) < GOOD_MS)) return false;
  return (await authorizationOf(request, pick(headers, signed), signingDate, issued)) === headers["authorization"];
}

const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const pick = (headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.filter((name) => name !== "x-amz-date").map((name) => [name, headers[name] ?? ""]));

async function authorizationOf(
  { method, path, body }: Signed,
  headers: Record<string, string>,
  signingDate: Date,
  { keys, region }: Issued,
): Promise<string | undefined> {
  const signer = new SignatureV4({
    ...{ credentials: keys, region, service: "execute-api" },
    ...{ applyChecksum: false, sha256: Sha256 },
  });
  const url = new URL(path, "http://127.0.0.1");
  const request = {
    ...{ protocol: "http:", hostname: "127.0.0.1", path: url.pathname, method, headers },
    ...{ query: Object.fromEntries(url.searchParams), body },
  };
  const signed = await signer.sign(request, { signingDate, signableHeaders: new Set(Object.keys(headers)) });
  return signed.headers["authorization"];
}

type SourceData = string | ArrayBuffer | ArrayBufferView;

/** Node's, as AWS's library wants it. */
class Sha256 {
  readonly #key: Uint8Array | undefined;
  readonly #parts: Buffer[] = [];
  constructor(key?: SourceData) {
    this.#key = key === undefined ? undefined : Buffer.from(key as Uint8Array);
  }
  update(data: SourceData): void {
    this.#parts.push(Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    const data = Buffer.concat(this.#parts);
    return this.#key
      ? createHmac("sha256", this.#key).update(data).digest()
      : createHash("sha256").update(data).digest();
  }
  reset(): void {
    this.#parts.length = 0;
  }
}
