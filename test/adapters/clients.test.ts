import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readClients, writeClients } from "../../lib/adapters/clients-json.ts";
import { fileClients } from "../../lib/adapters/file-clients.ts";
import { secretClients } from "../../lib/adapters/secret-clients.ts";
import { clientsFile } from "../../ops/clients-store.ts";
import { aClient, PAIR } from "../support/a-client.ts";

const folder = mkdtempSync(join(tmpdir(), "clients-"));
afterAll(() => rmSync(folder, { recursive: true }));

const full = aClient({
  appIds: [7],
  senders: ["9007199254740993"],
  maxReceivers: 500,
  requestsPerMinute: 60,
  callbackHosts: ["a.example"],
  callbackSecrets: ["whsec_dGVzdA=="],
});

describe("the stored list of clients", () => {
  it("comes back as it was written", () => {
    const clients = [full, aClient({ id: "123456789012:role/Role", keys: [] })];
    expect(readClients(writeClients(clients), "a test")).toEqual(clients);
  });

  it.each([
    { when: "no JSON", json: `{"clients": "${PAIR.secretAccessKey}`, place: "not JSON" },
    { when: "another version", json: '{"v":2,"clients":[]}', place: "v" },
    {
      when: "an unknown scope",
      json: writeClients([aClient({ scopes: ["all" as "send"] })]),
      place: "clients.0.scopes.0",
    },
    {
      when: "a short hash",
      json: writeClients([aClient({ keys: [{ ...PAIR, sha256: "ab", createdAtMs: 0 }] })]),
      place: "clients.0.keys.0.sha256",
    },
    { when: "an id that reaches into keys", json: writeClients([aClient({ id: "a#b" })]), place: "clients.0.id" },
  ])("with $when is refused by its place, and nothing of it is told", ({ json, place }) => {
    let message = "";
    try {
      readClients(json, "a test");
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(place);
    expect(message).not.toContain(PAIR.secretAccessKey);
  });
});

describe("fileClients", () => {
  it("sees a change at once; only the owner may read the file", async () => {
    const path = join(folder, "clients.json");
    const store = clientsFile(path);
    expect(await store.read()).toEqual([]);
    await store.write([aClient()]);
    const clients = fileClients(path);
    expect(await clients.find("shop")).toEqual(aClient());
    await store.write([full]);
    expect(await clients.all()).toEqual([full]);
    await store.write([]);
    expect(await clients.find("shop")).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe("secretClients", () => {
  it("asks for a text that is five minutes old at the most", async () => {
    const asked: unknown[] = [];
    const clients = secretClients("id", async (...given) => {
      asked.push(given);
      return writeClients([full]);
    });
    expect(await clients.find("shop")).toEqual(full);
    expect(await clients.find("other")).toBeUndefined();
    expect(asked).toEqual([
      ["id", 300],
      ["id", 300],
    ]);
  });

  it("is unavailable when the secret cannot be read", async () => {
    const clients = secretClients("id", () => Promise.reject(new Error("AccessDenied")));
    await expect(clients.all()).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfterS: 5 });
  });
});
