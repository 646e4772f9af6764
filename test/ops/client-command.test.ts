import { describe, expect, it } from "vitest";
import type { Client } from "../../lib/domain/client.ts";
import { parseCommand, runCommand } from "../../ops/client-command.ts";
import type { ClientsStore } from "../../ops/clients-store.ts";
import { drawKey } from "../../ops/draw-key.ts";
import { aClient } from "../support/a-client.ts";

function aStore(clients: readonly Client[] = []): ClientsStore & { clients: readonly Client[] } {
  const store = {
    clients,
    read: async () => store.clients,
    async write(next: readonly Client[]) {
      store.clients = next;
    },
  };
  return store;
}
const draw = { key: () => drawKey(0), callbackSecret: () => "whsec_test" };
const run = (line: string, store = aStore()) =>
  Promise.resolve().then(() => runCommand(parseCommand(line.split(" ")), store, draw));

describe("npm run client", () => {
  it("adds a client, and shows its keys this once", async () => {
    const store = aStore();
    const shown = await run("add --id a --scopes send,read,control --json", store);
    expect(Object.keys(shown as object)).toEqual(["ClientId", "Key", "AccessKeyId", "SecretAccessKey"]);
    expect(store.clients).toMatchObject([{ id: "a", scopes: ["send", "read", "control"] }]);
    const { Key, SecretAccessKey } = shown as Record<string, string>;
    expect(JSON.stringify(store.clients)).not.toContain(Key);
    const listed = JSON.stringify(await run("list", store));
    for (const secret of [Key, SecretAccessKey]) expect(listed).not.toContain(secret);
  });

  it("takes every limit", async () => {
    const store = aStore();
    const limits =
      "--app-ids 1,2 --senders 9007199254740993 --max-receivers 5 --requests-per-minute 6 --callback-hosts *.A.example";
    expect(await run(`add --id a --scopes admin ${limits}`, store)).toMatchObject({ CallbackSecret: "whsec_test" });
    expect(store.clients[0]).toMatchObject({
      ...{ appIds: [1, 2], senders: ["9007199254740993"], maxReceivers: 5, requestsPerMinute: 6 },
      ...{ callbackHosts: ["*.a.example"], callbackSecrets: ["whsec_test"] },
    });
  });

  it("rotates, finishes and revokes", async () => {
    const store = aStore([aClient()]);
    await run("rotate --id shop", store);
    expect(store.clients[0]?.keys).toHaveLength(2);
    await run("rotate --id shop --finish", store);
    expect(store.clients[0]?.keys).toHaveLength(1);
    await run("revoke --id shop", store);
    expect(store.clients).toEqual([]);
  });

  it.each([
    { line: "", says: ["which command?"] },
    { line: "remove", says: ["there is no command remove"] },
    { line: "list --all", says: ["--all"] },
    { line: "rotate", says: ["--id is missing"] },
    { line: "revoke", says: ["--id is missing"] },
    { line: "add", says: ["--id is missing", "--scopes is missing"] },
    {
      line: "add --id a --scopes send,all --app-ids x --senders 0 --max-receivers 0 --requests-per-minute -1",
      says: ["requests-per-minute"],
    },
    {
      line: "add --id a --scopes send,all --app-ids x --senders 0 --max-receivers 0 --requests-per-minute 1.5",
      says: ["--scopes: all", "--app-ids must", "--senders: 0", "--max-receivers must", "--requests-per-minute must"],
    },
  ])("$line is refused with every fault, and changes nothing", async ({ line, says }) => {
    const store = aStore();
    const error: unknown = await run(line, store).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "BadUse" });
    for (const text of says) expect(String(error)).toContain(text);
    expect(store.clients).toEqual([]);
  });
});
