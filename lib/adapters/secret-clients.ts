import type { Client } from "../domain/client.ts";
import { Unavailable } from "../domain/errors.ts";
import type { Clients } from "../ports/clients.ts";
import { readClients } from "./clients-json.ts";
import type { GetSecret } from "./secrets-manager.ts";

/** A client that was added or revoked counts within this long. */
const MAX_AGE_S = 300;
const RETRY_AFTER_S = 5;

/** The list of clients in one secret. @param getSecret keeps what it read; what it throws is a secret store that is away */
export function secretClients(secretId: string, getSecret: GetSecret): Clients {
  let parsed: Readonly<{ text: string; clients: readonly Client[] }> | undefined;
  return {
    all,
    async find(id) {
      return (await all()).find((client) => client.id === id);
    },
  };

  async function all(): Promise<readonly Client[]> {
    const text = await read();
    if (parsed?.text !== text) parsed = { text, clients: readClients(text, `the secret ${secretId}`) };
    return parsed.clients;
  }

  async function read(): Promise<string> {
    try {
      return (await getSecret(secretId, MAX_AGE_S)) ?? "";
    } catch (error) {
      throw new Unavailable("the list of clients cannot be read", RETRY_AFTER_S, error);
    }
  }
}
