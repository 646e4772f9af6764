import type { Id, Send, SendFile } from "./types.ts";

/**
 * A request as JSON text; ids that are bigints become decimal strings.
 *
 * @throws {RangeError} for an id that is a number past 2^53: it is another id already
 */
export function toJson(body: Send | SendFile): string {
  for (const id of [body.Sender, ...("Receiver" in body ? body.Receiver : [])]) assertExact(id);
  return JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function assertExact(id: Id): void {
  if (typeof id !== "number" || Number.isSafeInteger(id)) return;
  throw new RangeError(`${id} is no exact id: give ids past 2^53 as strings or bigints`);
}
