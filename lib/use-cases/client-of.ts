import type { Caller } from "../domain/caller.ts";
import { toCaller } from "../domain/client.ts";
import { Forbidden } from "../domain/errors.ts";
import type { Clients } from "../ports/clients.ts";

/**
 * The client for whom a request came in that nobody signed: whoever may put it there was let in by AWS.
 *
 * @returns a function that throws {@link Forbidden} if no client is set for the door, or it does not exist
 */
export function makeClientOf(clients: Clients): (id: string | undefined) => Promise<Caller> {
  return async function clientOf(id) {
    if (!id) throw new Forbidden("this door is closed: REQUESTS_CLIENT names no client");
    const client = await clients.find(id);
    if (client === undefined) throw new Forbidden(`there is no client ${id}`);
    return toCaller(client);
  };
}
