import { addClient, type ClientFacts, type DrawnKey, revokeClient } from "../../lib/domain/change-clients.ts";
import { makeSigner } from "../../lib/volcengine/signature.ts";
import { clientsFile } from "../../ops/clients-store.ts";
import { drawCallbackSecret, drawKey } from "../../ops/draw-key.ts";

/** Add a client to a stack that runs, as `npm run client` does. */
export async function addTo(path: string, facts: ClientFacts): Promise<DrawnKey> {
  const store = clientsFile(path);
  const drawn = drawKey(Date.now());
  await store.write(addClient(await store.read(), facts, drawn, drawCallbackSecret()));
  return drawn;
}

export async function revokeFrom(path: string, id: string): Promise<void> {
  const store = clientsFile(path);
  await store.write(revokeClient(await store.read(), id));
}

/** The headers of a request that is signed as the vendor's SDK does it. */
export function signedHeaders(
  pair: Pick<DrawnKey, "accessKeyId" | "secretAccessKey">,
  { path, query = "", body, atMs }: Readonly<{ path: string; query?: string; body: string; atMs: number }>,
): Record<string, string> {
  const sign = makeSigner({ region: "cn-north-1", service: "rtc" });
  return {
    ...sign({ method: "POST", path, query, headers: {} }, body, pair, atMs),
    "content-type": "application/json",
  };
}
