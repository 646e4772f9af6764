import { describe, expect, it } from "vitest";
import { addClient, endOldKeys, revokeClient, rotateKey } from "../../lib/domain/change-clients.ts";
import { aClient } from "../support/a-client.ts";

const drawn = {
  key: "key",
  sha256: "hash",
  accessKeyId: "id",
  secretAccessKey: "secret",
  atMs: 1,
};

describe("a change of one client", () => {
  const others = [aClient({ id: "first" }), aClient({ id: "last" })];
  const [first, last] = others;
  const clients = addClient(others, { id: "shop", scopes: ["send"], callbackHosts: ["a.example"] }, drawn, "whsec_1");
  const shop = clients.at(-1);

  it("leaves the others as they are", () => {
    expect(clients).toEqual([first, last, shop]);
    expect(rotateKey(clients, "last", drawn, "")[0]).toBe(first);
    expect(endOldKeys(clients, "last")[0]).toBe(first);
    expect(revokeClient(clients, "shop")).toEqual([first, last]);
    expect(revokeClient(clients, "first")).toEqual([last, shop]);
  });

  it("leaves a client with one key its key", () => {
    expect(endOldKeys(clients, "shop").at(-1)).toEqual(shop);
  });

  it.each([
    {
      when: "it is there already",
      change: () => addClient(clients, { id: "shop", scopes: ["send"] }, drawn, ""),
      says: "there is a client shop already",
    },
    { when: "it is not there", change: () => revokeClient(clients, "nobody"), says: "there is no client nobody" },
    {
      when: "it cannot be one",
      change: () => addClient(clients, { id: "", scopes: [] }, drawn, ""),
      says: "this cannot be a client",
    },
  ])("is refused with a word if $when", ({ change, says }) => expect(change).toThrow(says));

  it("says what a client must be", () => {
    const add = () => addClient([], { id: "", scopes: [] }, drawn, "");
    expect(add).toThrow(
      expect.objectContaining({
        faults: [
          { pointer: "/id", detail: "must have 1 to 64 characters of A-Z a-z 0-9 . _ -" },
          { pointer: "/scopes", detail: "must name at least one scope" },
        ],
      }),
    );
  });
});

describe("a host that callbacks may go to", () => {
  const add = (host: string) => () => addClient([], { id: "shop", scopes: ["send"], callbackHosts: [host] }, drawn, "");

  it.each(["a", "a.b", "*.a.b", "a-b.c", "x--y", "9.example", `${"a".repeat(63)}.example`])("may be %s", (host) => {
    expect(add(host)).not.toThrow();
  });

  it.each([
    "",
    "*",
    "*.",
    "a..b",
    ".a",
    "a.",
    "-a",
    "a-",
    "a.-b",
    "a-.b",
    "A.example",
    "a b",
    "a/b",
    "a:1",
    "**.a",
    "a.*.b",
    `${"a".repeat(64)}.example`,
    "a\n",
  ])("may not be %j", (host) => expect(add(host)).toThrow("this cannot be a client"));
});
