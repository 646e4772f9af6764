import { describe, expect, it } from "vitest";
import { readConfig } from "../lib/config.ts";
import { BadConfig } from "../lib/domain/errors.ts";
import { anAccount, POLICY } from "./support/accounts.ts";
import { REQUIRED_SETTINGS } from "./support/required-settings.ts";

const ofAccounts = (accounts: unknown, env: Record<string, string> = {}) => {
  const text = typeof accounts === "string" ? accounts : JSON.stringify(accounts);
  return readConfig({ ...REQUIRED_SETTINGS, ...env, VOLC_ACCOUNTS: text }).accounts;
};
const shop = { appIds: [1, 2], secret: "shop" };
const game = { appIds: [3], secret: "game" };

describe("the accounts of a stage", () => {
  it("are one that takes every AppId, unless some are named", () => {
    const { accounts } = readConfig({ ...REQUIRED_SETTINGS, VOLC_SECRET_ID: "volley/dev/volcengine" });
    const sole = { ...anAccount("account"), secretId: "volley/dev/volcengine" };
    expect(accounts).toEqual({ scope: "account", all: [sole], policy: POLICY });
  });

  it("have the limits, the address and the region of the stage where they say no other", () => {
    const own = {
      endpoint: "https://host.example",
      region: "ap-southeast-1",
      messages: 600,
      windowMs: 30_000,
      floor: 5,
    };
    const { all, policy } = ofAccounts({ shop, game: { ...game, ...own } }, { QUOTA_MESSAGES: "6000" });
    const stage = { ...POLICY, messages: 6_000 };
    expect(all).toEqual([
      anAccount("shop", [1, 2], stage),
      {
        ...anAccount("game", [3], { ...stage, messages: 600, windowMs: 30_000, floor: 5 }),
        ...{ endpoint: "https://host.example", region: "ap-southeast-1" },
      },
    ]);
    expect(policy).toEqual(stage);
  });

  it.each([
    { accounts: "{", want: ["must be a JSON object of accounts"] },
    { accounts: "[]", want: ["must be a JSON object of accounts"] },
    { accounts: {}, want: ["names no account"] },
    { accounts: { shop: 7 }, want: ["shop must be the settings of an account"] },
    { accounts: { shop: {} }, want: ["shop.appIds is missing", "shop.secret is missing"] },
    { accounts: { Shop: shop }, want: ["Shop must be a name of small letters and digits"] },
    { accounts: { "app-7": shop }, want: ["app-7 must be a name of small letters and digits"] },
    { accounts: { shop: { ...shop, appIds: [] } }, want: ["shop.appIds names no AppId"] },
    {
      accounts: { shop: { ...shop, appIds: ["1"] } },
      want: ["shop.appIds.0 must be a whole number from 1 to 2147483647"],
    },
    { accounts: { shop: { ...shop, message: 1 } }, want: ["shop.message is no setting of an account"] },
    { accounts: { shop: { ...shop, messages: 0 } }, want: ["shop.messages must be a whole number from 1 to 10000000"] },
    { accounts: { shop: { ...shop, messages: 60 } }, want: ["shop.floor must be below shop.messages, got 60"] },
    {
      accounts: { shop: { ...shop, messages: 60, region: "cn north" } },
      want: ["shop.region must be a region such as cn-north-1", "shop.floor must be below shop.messages, got 60"],
    },
    { accounts: { shop: { ...shop, region: "" } }, want: ["shop.region must be a region such as cn-north-1"] },
    {
      accounts: { shop: { ...shop, endpoint: "host" } },
      want: ["shop.endpoint must be scheme and host alone, such as https://rtc.volcengineapi.com"],
    },
    {
      accounts: { shop, game: { ...game, appIds: [2, 3], secret: "shop" } },
      want: ["game has the AppId 2 of shop", "game has the secret shop of shop"],
    },
    { accounts: { shop: { ...shop, appIds: [1, 1] } }, want: ["shop has the AppId 1 of shop"] },
  ])("are refused, with every fault: $accounts", ({ accounts, want }) => {
    const wanted = want.map((fault) => `VOLC_ACCOUNTS ${fault}`).join("; ");
    expect(() => ofAccounts(accounts)).toThrow(new BadConfig(wanted));
  });

  it("are refused with a window that their calls do not fit into", () => {
    const refused = () => ofAccounts({ shop: { ...shop, windowMs: 1_000 } });
    expect(refused).toThrow("CALL_TIMEOUT_MS must be at most 416 where shop.windowMs is 1000, got 10000");
  });

  it("are refused where Lambda would refuse them: too long for its environment", () => {
    const appIds = Array.from({ length: 300 }, (_, i) => 100_000 + i);
    expect(() => ofAccounts({ shop: { ...shop, appIds } })).toThrow(/has [0-9]+ bytes, and 1500 are the most/);
  });
});
