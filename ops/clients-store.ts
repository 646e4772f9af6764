import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readClients, writeClients } from "../lib/adapters/clients-json.ts";
import type { Client } from "../lib/domain/client.ts";

/** The list of clients as a whole. Whoever changes it reads it first: two changes at the same time may lose one of them. */
export type ClientsStore = Readonly<{
  read(): Promise<readonly Client[]>;
  write(clients: readonly Client[]): Promise<void>;
}>;

/** A file that only its owner may read. There need not be one yet. */
export function clientsFile(path: string): ClientsStore {
  return {
    async read() {
      try {
        return readClients(await readFile(path, "utf8"), path);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
        throw error;
      }
    },
    /** A stack that runs reads the old list or the new one, never half of it. */
    async write(clients) {
      await mkdir(dirname(path), { recursive: true });
      const next = `${path}.${process.pid}.tmp`;
      await writeFile(next, writeClients(clients), { mode: 0o600 });
      await rename(next, path);
    },
  };
}

/** A stage's secret. The stack creates it with an empty list. */
export function clientsSecret(client: SecretsManagerClient, SecretId: string): ClientsStore {
  return {
    async read() {
      const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
      return readClients(SecretString, `the secret ${SecretId}`);
    },
    async write(clients) {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString: writeClients(clients) }));
    },
  };
}
