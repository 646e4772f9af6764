import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Keys, SimulatedAccount } from "../../local/rtc-simulator/accounts.ts";
import { MESSAGE } from "./jobs.ts";
import { KEYS } from "./volley.ts";

const folder = mkdtempSync(join(tmpdir(), "two-accounts-"));
/** Invented. */
const GAME: Keys = { accessKeyId: "AKLTgame", secretAccessKey: "e2e-game-key" };
const region = "cn-north-1";

/** Where the stack finds its accounts and their keys, and which keys of `game` the upstream takes. */
export const secrets = {
  accounts: join(folder, "accounts.yml"),
  file: join(folder, "secrets.json"),
  valid: { keys: [GAME] as readonly Keys[] },
};

/** The account of every test, for these apps, and another one with a small quota: as the upstream has them. */
export function twoAccounts(quota: SimulatedAccount["quota"]): readonly [SimulatedAccount, SimulatedAccount] {
  const appIds = [MESSAGE.AppId, 41];
  const yaml = `account: { appIds: [${appIds}] }\ngame: { appIds: [777001], messages: 1000 }\n`;
  writeFileSync(secrets.accounts, yaml);
  const stored = { "volley/local/volcengine": KEYS, "volley/local/volcengine/game": GAME };
  writeFileSync(secrets.file, JSON.stringify(stored));
  afterAll(() => rmSync(folder, { recursive: true }));
  return [
    { name: "account", appIds, keys: () => [KEYS], region, quota },
    { name: "game", appIds: [777_001], keys: () => secrets.valid.keys, region, quota: { ...quota, messages: 1_000 } },
  ];
}
