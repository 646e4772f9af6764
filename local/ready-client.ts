import { addClient, rotateKey } from "../lib/domain/change-clients.ts";
import { clientsFile } from "../ops/clients-store.ts";
import { drawCallbackSecret, drawKey } from "../ops/draw-key.ts";

/** The client that the local stack brings along: whoever starts it may do anything. */
const READY = {
  id: "local",
  scopes: ["send", "read", "control", "admin"] as const,
  callbackHosts: ["127.0.0.1", "localhost"],
};

/**
 * Put the ready-made client into the list, with a new key, since only a hash of the old one is kept.
 *
 * @returns its key
 */
export async function makeReadyClient(path: string): Promise<string> {
  const store = clientsFile(path);
  const clients = await store.read();
  const drawn = drawKey(Date.now());
  const isThere = clients.some(({ id }) => id === READY.id);
  const next = isThere
    ? rotateKey(clients, READY.id, drawn, drawCallbackSecret()) // the key of a stack that was started before still works
    : addClient(clients, READY, drawn, drawCallbackSecret());
  await store.write(next);
  return drawn.key;
}
