import { describe } from "vitest";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { startOneStack } from "../support/one-stack.ts";
import { secrets, twoAccounts } from "../support/two-accounts.ts";

/** Large, so that the largest list drains in seconds. What keeping a quota means is tested elsewhere. */
const quota = { messages: 1_000_000, windowMs: 10_000 };
const faults: FaultRuleInput[] = [
  { when: { userSuffix: "777" }, do: { failReceivers: "matching" } },
  { when: { receivers: ["9000000000000000888"] }, do: { omit: "matching" } },
  { when: { content: "refused" }, do: { error: { code: "AppNotFound", status: 404 } } },
  { when: { content: "breaks" }, do: { reset: "after" } },
];

const accounts = twoAccounts(quota);
const { accounts: LOCAL_ACCOUNTS, file: LOCAL_SECRETS } = secrets;
startOneStack({ quota, faults, accounts }, { QUOTA_MIN_GAP_MS: "20", LOCAL_ACCOUNTS, LOCAL_SECRETS });

describe("a job", async () => void (await import("./job.suite.ts")));
describe("accounts", async () => void (await import("./accounts.suite.ts")));
describe("limits of a job", async () => void (await import("./limits.suite.ts")));
describe("other doors", async () => void (await import("./doors.suite.ts")));
describe("the command line", async () => void (await import("./cli.suite.ts")));
