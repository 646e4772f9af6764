import { describe, expect, it } from "vitest";
import type { Accounts } from "../../lib/domain/account.ts";
import type { Invalid } from "../../lib/domain/errors.ts";
import { readQuotaAccount } from "../../lib/http/quota-account.ts";
import { SOLE, TWO } from "../support/accounts.ts";
import { aRequest } from "./request.ts";

const APPS: Accounts = { ...TWO, scope: "app" };
const read = (query: Record<string, string>, accounts: Accounts) => readQuotaAccount(aRequest({ query }), accounts);
const faultsOf = (query: Record<string, string>, accounts: Accounts) => {
  try {
    return read(query, accounts);
  } catch (error) {
    return (error as Invalid).faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
};

describe("whose quota is asked about", () => {
  const rows: { query: Record<string, string>; accounts: Accounts; want: string }[] = [
    { query: {}, accounts: SOLE, want: "account" },
    { query: { AppId: "7" }, accounts: SOLE, want: "account" },
    { query: { AppId: "7" }, accounts: { ...SOLE, scope: "app" }, want: "app-7" },
    { query: { Account: "game" }, accounts: TWO, want: "game" },
    { query: { AppId: "1" }, accounts: TWO, want: "shop" },
    { query: { AppId: "1", Account: "shop" }, accounts: TWO, want: "shop" },
    { query: { AppId: "3" }, accounts: APPS, want: "app-3" },
    { query: { Account: "app-3" }, accounts: APPS, want: "app-3" },
  ];
  it.each(rows)("$query: $want", ({ query, accounts, want }) => expect(read(query, accounts)).toBe(want));
});

describe("a bad question", () => {
  const rows: { query: Record<string, string>; accounts: Accounts; want: string[] }[] = [
    { query: {}, accounts: TWO, want: ["?Account is missing: it must be one of shop, game"] },
    { query: {}, accounts: APPS, want: ["?AppId is missing: each app has its own quota"] },
    { query: { AppId: "4" }, accounts: TWO, want: ["?AppId belongs to no account that messages are sent by"] },
    { query: { AppId: "4" }, accounts: APPS, want: ["?AppId belongs to no account that messages are sent by"] },
    { query: { AppId: "3", Account: "shop" }, accounts: TWO, want: ["?AppId does not belong to the account shop"] },
    {
      query: { AppId: "x", Account: "nobody" },
      accounts: TWO,
      want: ["?AppId must be a whole number from 1 to 2147483647", "?Account must be one of shop, game"],
    },
    { query: { Account: "shop" }, accounts: APPS, want: ["?Account must be app- and an AppId"] },
    { query: { Account: "app-4" }, accounts: APPS, want: ["?Account belongs to no account that messages are sent by"] },
    { query: { Account: "app-1", AppId: "3" }, accounts: APPS, want: ["?AppId does not belong to the account app-1"] },
  ];
  it.each(rows)("$query: $want", ({ query, accounts, want }) => {
    const faults = faultsOf(query, accounts);
    expect(faults.slice(0, want.length)).toEqual(want);
  });
});
