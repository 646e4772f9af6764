import { describe, expect, it } from "vitest";
import { addClient, endOldKeys, revokeClient, rotateKey } from "../../lib/domain/change-clients.ts";
import { aClient } from "../support/a-client.ts";

const drawn = (n: number) => ({
  key: `key${n}`,
  sha256: `hash${n}`,
  accessKeyId: `id${n}`,
  secretAccessKey: `secret${n}`,
  atMs: n,
});
const FACTS = { id: "shop", scopes: ["send"] as const };

describe("the list of clients", () => {
  it("takes a client, and of its key only what checks it", () => {
    const clients = addClient([], FACTS, drawn(1), "whsec_1");
    expect(clients).toEqual([
      { ...FACTS, keys: [{ sha256: "hash1", accessKeyId: "id1", secretAccessKey: "secret1", createdAtMs: 1 }] },
    ]);
    expect(JSON.stringify(clients)).not.toContain("key1");
  });

  it("gives a secret to a client with hosts for callbacks", () => {
    const [client] = addClient([], { ...FACTS, callbackHosts: ["*.a.example"] }, drawn(1), "whsec_1");
    expect(client?.callbackSecrets).toEqual(["whsec_1"]);
  });

  it("names every fault of a client", () => {
    const bad = { id: "a/b", scopes: [], callbackHosts: ["a.example", "*", "https://b.example", "-c"] };
    expect(() => addClient([], bad, drawn(1), "whsec_1")).toThrow(
      expect.objectContaining({
        faults: [
          { pointer: "/id", detail: expect.any(String) },
          { pointer: "/scopes", detail: expect.any(String) },
          ...["*", "https://b.example", "-c"].map((host) => ({
            pointer: "/callbackHosts",
            detail: `${host} is not a host name`,
          })),
        ],
      }),
    );
  });

  it.each([
    { when: "added twice", change: () => addClient([aClient()], FACTS, drawn(1), ""), code: "CONFLICT" },
    { when: "revoked, and not there", change: () => revokeClient([aClient()], "x"), code: "NOT_FOUND" },
    { when: "rotated, and not there", change: () => rotateKey([], "shop", drawn(1), ""), code: "NOT_FOUND" },
  ])("refuses one $when", ({ change, code }) => {
    expect(change).toThrow(expect.objectContaining({ code }));
  });

  it("keeps the last key and the next while they are exchanged, then the newest alone", () => {
    const ids = (clients: ReturnType<typeof rotateKey>) =>
      clients.flatMap(({ keys }) => keys.map(({ sha256 }) => sha256));
    const one = addClient(
      [aClient({ id: "other", keys: [] })],
      { ...FACTS, callbackHosts: ["a.example"] },
      drawn(1),
      "whsec_1",
    );
    const two = rotateKey(one, "shop", drawn(2), "whsec_2");
    expect(ids(two)).toEqual(["hash1", "hash2"]);
    const three = rotateKey(two, "shop", drawn(3), "whsec_3");
    expect(ids(three)).toEqual(["hash2", "hash3"]);
    expect(three[1]?.callbackSecrets).toEqual(["whsec_2", "whsec_3"]);
    const done = endOldKeys(three, "shop");
    expect(ids(done)).toEqual(["hash3"]);
    expect(done[1]?.callbackSecrets).toEqual(["whsec_3"]);
    expect(ids(revokeClient(done, "shop"))).toEqual([]);
  });
});
