import type { Credentials } from "../volcengine/signature.ts";
import type { GetSecret } from "./secrets-manager.ts";

/** Where the upstream's keys come from: the environment on the local stack, Secrets Manager on AWS. */
export type CredentialSource = Readonly<{
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
  sessionToken: string | undefined;
  /** Name of a secret whose text is JSON `{accessKeyId, secretAccessKey, sessionToken?}`. */
  secretId: string | undefined;
}>;

/** Keys for signing. `fresh`: as they stand in the secret now. */
export type GetCredentials = (fresh?: boolean) => Promise<Credentials>;

/** A rotated secret is picked up within this long, and at once by whoever has its keys refused. */
const MAX_AGE_S = 300;

/**
 * Keys for signing, asked for before every attempt. A secret that holds no keys is read again each time: it is about to be filled.
 *
 * @returns a function that throws a `TypeError` when there are none, or the secret has another form
 */
export function rtcCredentials(source: CredentialSource, getSecret: GetSecret): GetCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, secretId } = source;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    return async () => keys;
  }
  return async (fresh = false) => {
    if (secretId === undefined)
      throw new TypeError("neither VOLC_ACCESSKEY and VOLC_SECRETKEY nor VOLC_SECRET_ID is set");
    const kept = readSecret(await getSecret(secretId, MAX_AGE_S, fresh));
    return kept ?? parseSecret(await getSecret(secretId, MAX_AGE_S, true));
  };
}

/** @throws {TypeError} naming what is missing, never what is there */
export function parseSecret(text: unknown): Credentials {
  const keys = readSecret(text);
  if (keys) return keys;
  throw new TypeError("the secret must be JSON with the strings accessKeyId and secretAccessKey");
}

/** @returns `undefined` if it holds no keys, as it does when the stack has just made it */
export function readSecret(text: unknown): Credentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = parseObject(text);
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined;
  return { accessKeyId, secretAccessKey, ...(typeof sessionToken === "string" && { sessionToken }) };
}

function parseObject(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {}; // the parser's own error message would contain the secret
  }
}
