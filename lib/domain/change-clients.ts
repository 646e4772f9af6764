import type { Scope } from "./caller.ts";
import { type Client, type ClientKey, isClientId } from "./client.ts";
import { Conflict, type Fault, Invalid, NotFound } from "./errors.ts";

/** What is told of a new key, once. Random texts are drawn by the caller. */
export type DrawnKey = Readonly<{
  key: string;
  accessKeyId: string;
  secretAccessKey: string;
  sha256: string;
  atMs: number;
}>;

/** What may be said of a client. */
export type ClientFacts = Omit<Client, "keys" | "callbackSecrets" | "scopes"> & Readonly<{ scopes: readonly Scope[] }>;

/** Keys that a client may have at a time: the one in use, and the next. */
const MAX_KEYS = 2;
/** `*.` stands for any name below the host, never for the host itself. */
const HOST = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Add a client with its first key.
 *
 * @param callbackSecret signs its callbacks, if it has hosts that callbacks may go to
 * @throws {Invalid} naming every fault
 * @throws {Conflict} if there is a client with this id
 */
export function addClient(
  clients: readonly Client[],
  facts: ClientFacts,
  drawn: DrawnKey,
  callbackSecret: string,
): readonly Client[] {
  const faults = faultsOf(facts);
  if (faults.length > 0) throw new Invalid("this cannot be a client", faults);
  if (clients.some(({ id }) => id === facts.id)) throw new Conflict(`there is a client ${facts.id} already`);
  const secrets = facts.callbackHosts ? { callbackSecrets: [callbackSecret] } : {};
  return [...clients, { ...facts, ...secrets, keys: [toKey(drawn)] }];
}

/** Take a client away, with all its keys. @throws {NotFound} */
export function revokeClient(clients: readonly Client[], id: string): readonly Client[] {
  find(clients, id);
  return clients.filter((client) => client.id !== id);
}

/**
 * Give a client a new key. The one it had before stays valid until the next rotation, an older one ends now. With a
 * callback secret it is the same: callbacks carry the signatures of both.
 *
 * @throws {NotFound}
 */
export function rotateKey(
  clients: readonly Client[],
  id: string,
  drawn: DrawnKey,
  callbackSecret: string,
): readonly Client[] {
  const { keys, callbackSecrets } = find(clients, id);
  const latest = <T>(all: readonly T[], next: T): T[] => [...all, next].slice(-MAX_KEYS);
  const changed = {
    keys: latest(keys, toKey(drawn)),
    ...(callbackSecrets && { callbackSecrets: latest(callbackSecrets, callbackSecret) }),
  };
  return clients.map((client) => (client.id === id ? { ...client, ...changed } : client));
}

/** End every key but the newest: the exchange is done. @throws {NotFound} */
export function endOldKeys(clients: readonly Client[], id: string): readonly Client[] {
  const { keys, callbackSecrets } = find(clients, id);
  const changed = { keys: keys.slice(-1), ...(callbackSecrets && { callbackSecrets: callbackSecrets.slice(-1) }) };
  return clients.map((client) => (client.id === id ? { ...client, ...changed } : client));
}

function find(clients: readonly Client[], id: string): Client {
  const client = clients.find((one) => one.id === id);
  if (client === undefined) throw new NotFound(`there is no client ${id}`);
  return client;
}

const toKey = ({ sha256, accessKeyId, secretAccessKey, atMs }: DrawnKey): ClientKey => ({
  sha256,
  accessKeyId,
  secretAccessKey,
  createdAtMs: atMs,
});

function faultsOf({ id, scopes, callbackHosts = [] }: ClientFacts): Fault[] {
  const faults: Fault[] = [];
  if (!isClientId(id)) faults.push({ pointer: "/id", detail: "must have 1 to 64 characters of A-Z a-z 0-9 . _ -" });
  if (scopes.length === 0) faults.push({ pointer: "/scopes", detail: "must name at least one scope" });
  for (const host of callbackHosts) {
    if (!HOST.test(host)) faults.push({ pointer: "/callbackHosts", detail: `${host} is not a host name` });
  }
  return faults;
}
