import type { Account, Accounts } from "../../lib/domain/account.ts";

export const POLICY = {
  ...{ messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 },
};

export const anAccount = (name: string, appIds?: readonly number[], policy = POLICY): Account => ({
  ...{ name, endpoint: "https://rtc.volcengineapi.com", region: "cn-north-1", secretId: name, policy },
  ...(appIds && { appIds }),
});

/** One account for every AppId. */
export const SOLE: Accounts = { scope: "account", all: [anAccount("account")], policy: POLICY };
/** Two with AppIds of their own. */
export const TWO: Accounts = {
  scope: "account",
  all: [anAccount("shop", [1, 2]), anAccount("game", [3], { ...POLICY, messages: 600 })],
  policy: POLICY,
};
