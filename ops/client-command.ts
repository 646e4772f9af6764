import { parseArgs } from "node:util";
import { SCOPES, type Scope } from "../lib/domain/caller.ts";
import {
  addClient,
  type ClientFacts,
  type DrawnKey,
  endOldKeys,
  revokeClient,
  rotateKey,
} from "../lib/domain/change-clients.ts";
import type { Client } from "../lib/domain/client.ts";
import { BadUse } from "./bad-use.ts";
import type { ClientsStore } from "./clients-store.ts";

export const USAGE = `npm run client -- COMMAND [--stage NAME] [--region NAME] [--json]

  add --id ID --scopes send,read,control,admin   a new client; prints its keys, this once
      [--app-ids 1,2] [--senders 1,2]            what it may send as; all without
      [--max-receivers N]                        receivers of one job, at the most
      [--requests-per-minute N]
      [--callback-hosts a.example,*.b.example]   where its callbacks may go; prints the secret that signs them
  list                                           every client, without its keys
  rotate --id ID                                 a new key; the one before it stays valid
  rotate --id ID --finish                        the newest key stays, older ones end
  revoke --id ID                                 the client is gone

Without --stage it changes the file of the local stack: LOCAL_CLIENTS, or .local/clients.json.`;

const OPTIONS = {
  stage: { type: "string" },
  region: { type: "string" },
  json: { type: "boolean", default: false },
  id: { type: "string" },
  scopes: { type: "string" },
  "app-ids": { type: "string" },
  senders: { type: "string" },
  "max-receivers": { type: "string" },
  "requests-per-minute": { type: "string" },
  "callback-hosts": { type: "string" },
  finish: { type: "boolean", default: false },
} as const;

/** @throws {BadUse} for a command or an option that there is not */
export function parseCommand(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { ...values, command: positionals.join(" ") };
  } catch (error) {
    throw new BadUse(error instanceof Error ? error.message : String(error));
  }
}

export type Command = ReturnType<typeof parseCommand>;
export type Draw = Readonly<{ key: () => DrawnKey; callbackSecret: () => string }>;

/**
 * Do what a command says to a list of clients.
 *
 * @returns what to print: an object for `--json`, lines for people
 * @throws {BadUse} naming every option that is missing or wrong
 * @throws {Invalid | Conflict | NotFound} as the changes do
 */
export async function runCommand(command: Command, store: ClientsStore, draw: Draw): Promise<unknown> {
  if (command.command === "list") return (await store.read()).map(toListed);
  const id = command.id ?? "";
  const before = await store.read();
  const drawn = draw.key();
  const secret = draw.callbackSecret();
  switch (command.command) {
    case "add": {
      const after = addClient(before, factsOf(command), drawn, secret);
      await store.write(after);
      return toShown(after, id, drawn, secret);
    }
    case "rotate": {
      if (id === "") throw new BadUse("--id is missing");
      const after = command.finish ? endOldKeys(before, id) : rotateKey(before, id, drawn, secret);
      await store.write(after);
      return command.finish ? toListed(after.find((one) => one.id === id)) : toShown(after, id, drawn, secret);
    }
    case "revoke":
      if (id === "") throw new BadUse("--id is missing");
      await store.write(revokeClient(before, id));
      return { ClientId: id, Revoked: true };
    default:
      throw new BadUse(command.command === "" ? "which command?" : `there is no command ${command.command}`);
  }
}

/** The keys of a client, for the only time. */
function toShown(clients: readonly Client[], id: string, drawn: DrawnKey, secret: string) {
  const isSigned = clients.find((one) => one.id === id)?.callbackSecrets !== undefined;
  return {
    ClientId: id,
    Key: drawn.key,
    AccessKeyId: drawn.accessKeyId,
    SecretAccessKey: drawn.secretAccessKey,
    ...(isSigned && { CallbackSecret: secret }),
  };
}

const toListed = (client: Client | undefined) =>
  client && {
    ClientId: client.id,
    Scopes: client.scopes,
    ...(client.appIds && { AppIds: client.appIds }),
    ...(client.senders && { Senders: client.senders }),
    ...(client.maxReceivers !== undefined && { MaxReceivers: client.maxReceivers }),
    ...(client.requestsPerMinute !== undefined && { RequestsPerMinute: client.requestsPerMinute }),
    ...(client.callbackHosts && { CallbackHosts: client.callbackHosts }),
    Keys: client.keys.map(({ accessKeyId, createdAtMs }) => ({
      AccessKeyId: accessKeyId,
      CreatedAt: new Date(createdAtMs).toISOString(),
    })),
  };

function factsOf(command: Command): ClientFacts {
  const faults: string[] = [];
  const list = (name: "scopes" | "app-ids" | "senders" | "callback-hosts") =>
    command[name]?.split(",").map((one) => one.trim());
  const number = (name: string, text: string | undefined, max: number): number | undefined => {
    if (text === undefined) return undefined;
    if (/^[1-9][0-9]{0,15}$/.test(text) && Number(text) <= max) return Number(text);
    faults.push(`--${name} must be a whole number from 1 to ${max}`);
    return undefined;
  };
  const scopes = (list("scopes") ?? []).filter((one): one is Scope => {
    const isKnown = SCOPES.some((scope) => scope === one);
    if (!isKnown) faults.push(`--scopes: ${one} is not one of ${SCOPES.join(", ")}`);
    return isKnown;
  });
  const senders = list("senders");
  for (const one of senders ?? []) {
    if (!/^[1-9][0-9]{0,18}$/.test(one)) faults.push(`--senders: ${one} is not a user id`);
  }
  const appIds = list("app-ids")?.flatMap((one) => number("app-ids", one, 2_147_483_647) ?? []);
  const maxReceivers = number("max-receivers", command["max-receivers"], Number.MAX_SAFE_INTEGER);
  const requestsPerMinute = number("requests-per-minute", command["requests-per-minute"], 1_000_000);
  const callbackHosts = list("callback-hosts")?.map((one) => one.toLowerCase());
  if (command.id === undefined) faults.push("--id is missing");
  if (command.scopes === undefined) faults.push("--scopes is missing");
  if (faults.length > 0) throw new BadUse(faults.join("; "));
  return {
    id: command.id ?? "",
    scopes,
    ...(appIds && { appIds }),
    ...(senders && { senders }),
    ...(maxReceivers !== undefined && { maxReceivers }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(callbackHosts && { callbackHosts }),
  };
}
