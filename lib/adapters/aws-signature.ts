import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** As the AWS SDK provides them; a session token with temporary keys. */
export type AwsCredentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/** What a signing key is good for, besides the day: `ap-southeast-1`, `dynamodb`. */
export type AwsScope = Readonly<{ region: string; service: string }>;

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * Make a signer of POSTs to `/`, which is all that services with the JSON protocol have.
 *
 * @returns a function that gives the headers to send: those in `headers`, each of which it signs (lower-case names), and
 *   `x-amz-date`, `x-amz-security-token` (with temporary keys) and `authorization`. `nowMs` is epoch ms
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function makeAwsSigner(
  scope: AwsScope,
): (
  headers: Readonly<Record<string, string>>,
  body: string,
  credentials: AwsCredentials,
  nowMs: number,
) => Record<string, string> {
  const keyOf = makeKeys(scope);
  return (headers, body, { accessKeyId, secretAccessKey, sessionToken }, nowMs) => {
    const date = toAmzDate(nowMs);
    const day = date.slice(0, 8);
    const all: Record<string, string> = { ...headers, "x-amz-date": date };
    if (sessionToken !== undefined) all["x-amz-security-token"] = sessionToken;
    const names = Object.keys(all).sort();
    let lines = "";
    for (const name of names) lines += `${name}:${all[name]}\n`;
    const signed = names.join(";");
    const canonical = hash("sha256", `POST\n/\n\n${lines}\n${signed}\n${hash("sha256", body)}`);
    const place = `${day}/${scope.region}/${scope.service}/aws4_request`;
    const signature = createHmac("sha256", keyOf(secretAccessKey, day))
      .update(`${ALGORITHM}\n${date}\n${place}\n${canonical}`)
      .digest("hex");
    all["authorization"] =
      `${ALGORITHM} Credential=${accessKeyId}/${place}, SignedHeaders=${signed}, Signature=${signature}`;
    return all;
  };
}

/** The key of a day takes four HMACs; the last one is kept. */
function makeKeys({ region, service }: AwsScope): (secret: string, day: string) => KeyObject {
  let last: Readonly<{ secret: string; day: string; key: KeyObject }> | undefined;
  return (secret, day) => {
    if (last?.secret === secret && last.day === day) return last.key;
    const key = createSecretKey(hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), "aws4_request"));
    last = { secret, day, key };
    return key;
  };
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** YYYYMMDDTHHMMSSZ, UTC. */
const toAmzDate = (epochMs: number): string => new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
