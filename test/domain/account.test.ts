import { describe, expect, it } from "vitest";
import { type Accounts, accountOf, namesOf, policyOf, senderOf } from "../../lib/domain/account.ts";
import { POLICY, SOLE, TWO } from "../support/accounts.ts";

const APPS: Accounts = { ...TWO, scope: "app" };

describe("whose quota a message spends", () => {
  it.each([
    { when: "one account, any AppId", accounts: SOLE, appId: 7, want: "account" },
    { when: "each app has its own", accounts: { ...SOLE, scope: "app" as const }, appId: 7, want: "app-7" },
    { when: "the account of the AppId", accounts: TWO, appId: 2, want: "shop" },
    { when: "the other account", accounts: TWO, appId: 3, want: "game" },
    { when: "an AppId of nobody", accounts: TWO, appId: 4, want: undefined },
    { when: "an app of one of two accounts", accounts: APPS, appId: 3, want: "app-3" },
    { when: "an app of nobody", accounts: APPS, appId: 4, want: undefined },
  ])("$when: $want", ({ accounts, appId, want }) => expect(accountOf(accounts, appId)).toBe(want));
});

describe("who sends it", () => {
  it.each([
    { accounts: SOLE, account: "account", want: "account" },
    { accounts: { ...SOLE, scope: "app" as const }, account: "app-7", want: "account" },
    { accounts: TWO, account: "game", want: "game" },
    { accounts: APPS, account: "app-3", want: "game" },
    { accounts: TWO, account: "account", want: undefined }, // taken out, or never named
    { accounts: APPS, account: "app-4", want: undefined },
    { accounts: TWO, account: "", want: undefined },
  ])("for $account: $want", ({ accounts, account, want }) => expect(senderOf(accounts, account)?.name).toBe(want));
});

describe("what may be sent", () => {
  it("is what the account's own limits say, and else the settings of the stage", () => {
    const messages = ["shop", "game", "account"].map((account) => policyOf(TWO, account).messages);
    expect(messages).toEqual([12_000, 600, POLICY.messages]);
    expect(policyOf(APPS, "app-3").messages).toBe(600);
  });
});

it("names the accounts in the order of the settings", () => expect(namesOf(TWO)).toEqual(["shop", "game"]));
