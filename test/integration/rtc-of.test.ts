import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { makeRtcOf } from "../../lib/wire/rtc-of.ts";
import { startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { secretsFile } from "../../ops/secrets-store.ts";
import { REQUIRED_SETTINGS } from "../support/required-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "rtc-of-"));
afterAll(() => rmSync(folder, { recursive: true }));
const SHOP = { accessKeyId: "AKLTshop", secretAccessKey: "invented-shop" };
const GAME = { accessKeyId: "AKLTgame", secretAccessKey: "invented-game" };

it("each account's jobs are sent by its own keys to its own address; those of an account that is gone wait", async () => {
  const quota = { messages: 100, windowMs: 1_000 };
  const shop = await startRtcSimulator({ ...SHOP, quota });
  const game = await startRtcSimulator({ ...GAME, region: "ap-southeast-1", quota });
  const file = join(folder, "secrets.json");
  await secretsFile(file).write("shop", SHOP);
  await secretsFile(file).write("game", GAME);
  const accounts = {
    shop: { appIds: [1], secret: "shop" },
    game: { appIds: [2], secret: "game", endpoint: game.url, region: "ap-southeast-1" },
  };
  const env = { VOLC_ACCOUNTS: JSON.stringify(accounts), LOCAL_SECRETS: file, RTC_ENDPOINT: shop.url };
  const unused = { VOLC_ACCESSKEY: "AKLTother", VOLC_SECRETKEY: "other" }; // of no account that is named
  const rtcOf = makeRtcOf(readConfig({ ...REQUIRED_SETTINGS, ...env, ...unused }));
  const send = async (account: string) => {
    const message = { AppId: 1, Sender: "1", MsgType: 10001, Content: account };
    return (await rtcOf(account).prepare()) ?? rtcOf(account).send(message, ["5"], Number.POSITIVE_INFINITY);
  };
  expect(await send("shop")).toMatchObject({ kind: "answered" });
  expect(await send("game")).toMatchObject({ kind: "answered" });
  expect([shop, game].map(({ receivedBy }) => receivedBy("5").map(({ Content }) => Content))).toEqual([
    ["shop"],
    ["game"],
  ]);
  expect(await send("account")).toEqual({
    kind: "refused",
    why: "not-sent",
    code: "AccountNotConfigured",
    holds: true,
  });
  await shop.stop();
  await game.stop();
});
