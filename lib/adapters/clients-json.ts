import * as v from "valibot";
import { SCOPES } from "../domain/caller.ts";
import { type Client, isClientId } from "../domain/client.ts";
import { BadConfig } from "../domain/errors.ts";

/** What the form of the list is now. */
const VERSION = 1;

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const client = v.strictObject({
  id: v.pipe(v.string(), v.check(isClientId)),
  scopes: v.array(v.picklist(SCOPES)),
  appIds: v.exactOptional(v.array(count)),
  senders: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,18}$/)))),
  maxReceivers: v.exactOptional(count),
  requestsPerMinute: v.exactOptional(count),
  callbackHosts: v.exactOptional(v.array(text)),
  callbackSecrets: v.exactOptional(v.array(v.pipe(v.string(), v.startsWith("whsec_")))),
  keys: v.array(
    v.strictObject({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      accessKeyId: text,
      secretAccessKey: text,
      createdAtMs: v.pipe(v.number(), v.safeInteger()),
    }),
  ),
});
const schema = v.strictObject({ v: v.literal(VERSION), clients: v.array(client) });

/**
 * Read the list of clients.
 *
 * @param where named in the error: a file, a secret
 * @throws {BadConfig} naming each place that is wrong, never what stands there
 */
export function readClients(json: string, where: string): readonly Client[] {
  const parsed = v.safeParse(schema, parse(json, where));
  if (parsed.success) return parsed.output.clients;
  const places = new Set(parsed.issues.map((issue) => v.getDotPath(issue) ?? "the whole"));
  throw new BadConfig(`the list of clients in ${where} is wrong at ${[...places].join(", ")}`);
}

export const writeClients = (clients: readonly Client[]): string =>
  `${JSON.stringify({ v: VERSION, clients }, undefined, 2)}\n`;

/** The parser's own message would quote the text, and with it a key. */
function parse(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new BadConfig(`the list of clients in ${where} is not JSON`);
  }
}
