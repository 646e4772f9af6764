import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { makeAccountKeys } from "../../local/account-keys.ts";
import { keysInFile } from "../../local/rtc-simulator/keys-in-file.ts";
import type { Simulator } from "../../local/rtc-simulator/server.ts";
import { secretsFile } from "../../ops/secrets-store.ts";
import { anAccount } from "../support/accounts.ts";
import { bodyFor, KEYS, QUERY, sign, startForTest } from "./rtc-simulator-client.ts";

const folder = mkdtempSync(join(tmpdir(), "accounts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SHOP = { accessKeyId: "AKLTshop", secretAccessKey: "invented-shop" };
const GAME = { accessKeyId: "AKLTgame", secretAccessKey: "invented-game" };

let simulator: Simulator;
afterEach(() => simulator?.stop());

async function send(appId: number, receivers: readonly number[], keys: typeof KEYS) {
  const body = bodyFor(receivers).replace("666675", String(appId));
  const headers = sign(body, Date.now(), { "content-type": "application/json" }, keys);
  const response = await fetch(`${simulator.url}/?${QUERY}`, { method: "POST", body, headers });
  const { ResponseMetadata } = (await response.json()) as { ResponseMetadata: { Error?: { Code: string } } };
  return ResponseMetadata.Error?.Code ?? "sent";
}

describe("two accounts of the simulator", () => {
  const start = async () => {
    const [region, windowMs] = ["cn-north-1", 60_000];
    simulator = await startForTest({
      accounts: [
        { name: "shop", appIds: [1, 2], keys: () => [SHOP], region, quota: { messages: 3, windowMs } },
        { name: "game", appIds: [3], keys: () => [GAME], region, quota: { messages: 2, windowMs } },
      ],
    });
  };

  it("each take their own keys for their own apps", async () => {
    await start();
    expect(await send(1, [1], SHOP)).toBe("sent");
    expect(await send(3, [1], GAME)).toBe("sent");
    expect(await send(3, [2], SHOP)).toBe("AppNotFound");
    expect(await send(1, [2], { ...SHOP, secretAccessKey: GAME.secretAccessKey })).toBe("SignatureDoesNotMatch");
    expect(await send(1, [2], KEYS)).toBe("InvalidAccessKey");
  });

  it("each have a quota of their own, whichever app spends it", async () => {
    await start();
    expect(await send(1, [1, 2], SHOP)).toBe("sent");
    expect(await send(2, [3], SHOP)).toBe("sent");
    expect(await send(1, [4], SHOP)).toBe("FlowLimitExceeded");
    expect(await send(3, [5, 6], GAME)).toBe("sent");
    expect(await send(3, [7], GAME)).toBe("FlowLimitExceeded");
    expect(simulator.stats()).toMatchObject({
      messages: 5,
      accounts: { shop: { messages: 3, peak: 3, quota: 3 }, game: { messages: 2, peak: 2, quota: 2 } },
    });
  });
});

describe("the keys of local accounts", () => {
  it("are drawn for the simulator where there are none, and a pair that was replaced stays valid there", async () => {
    const path = join(folder, "secrets.json");
    const store = secretsFile(path);
    await makeAccountKeys([anAccount("shop"), anAccount("game")], store, true);
    const keys = keysInFile(path, "shop");
    const [drawn] = keys();
    expect(drawn).toEqual(await store.read("shop"));
    expect(await store.read("game")).not.toEqual(drawn);
    await makeAccountKeys([anAccount("shop")], store, true);
    expect(keys()).toEqual([drawn]); // those that are there are kept
    await store.write("shop", SHOP);
    expect(keys()).toEqual([drawn, SHOP]);
  });

  it("have to be there for a real upstream: every account without is named", async () => {
    const store = secretsFile(join(folder, "none.json"));
    await store.write("game", GAME);
    const made = makeAccountKeys([anAccount("shop"), anAccount("game"), anAccount("news")], store, false);
    await expect(made).rejects.toThrow(
      /no keys:\nnpm run secrets -- --stage local --account shop\nnpm run secrets -- --stage local --account news$/,
    );
    expect(await store.read("shop")).toBe("empty");
  });
});
