import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readSecret } from "../lib/adapters/rtc-credentials.ts";
import type { Credentials } from "../lib/volcengine/signature.ts";

/** The keys of Volcengine accounts, each under the name of its secret. */
export type SecretsStore = Readonly<{
  /** @returns `empty` if it holds no keys, `absent` if there is no such secret */
  read(secret: string): Promise<Credentials | "empty" | "absent">;
  /** @returns whether there is such a secret to be written to */
  write(secret: string, keys: Credentials): Promise<boolean>;
}>;

/** A file that only its owner may read: of the local stack. There need not be one yet, and every secret is in it. */
export function secretsFile(path: string): SecretsStore {
  return {
    read: async (secret) => readSecret(JSON.stringify((await all())[secret] ?? {})) ?? "empty",
    async write(secret, keys) {
      const next = `${path}.${process.pid}.tmp`;
      const secrets = { ...(await all()), [secret]: keys };
      await mkdir(dirname(path), { recursive: true });
      await writeFile(next, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
      await rename(next, path); // a stack that runs reads the old keys or the new ones, never half of them
      return true;
    },
  };

  async function all(): Promise<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(await readFile(path, "utf8"));
      return typeof value === "object" && value !== null ? { ...value } : {};
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
      if (error instanceof SyntaxError) throw new TypeError(`${path} is not JSON`); // the parser would quote what stands there
      throw error;
    }
  }
}

/** The secrets of a stage. The stack creates them, without keys. */
export function stageSecrets(client: SecretsManagerClient): SecretsStore {
  return {
    async read(SecretId) {
      const found = await orAbsent(client.send(new GetSecretValueCommand({ SecretId })));
      return found === "absent" ? found : (readSecret(found.SecretString) ?? "empty");
    },
    async write(SecretId, keys) {
      const SecretString = JSON.stringify(keys);
      return (await orAbsent(client.send(new PutSecretValueCommand({ SecretId, SecretString })))) !== "absent";
    },
  };
}

async function orAbsent<T>(asking: Promise<T>): Promise<T | "absent"> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return "absent";
    throw error;
  }
}
