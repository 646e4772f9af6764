import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { startOneStack } from "../support/one-stack.ts";
import { sideBySide } from "../support/side-by-side.ts";
import { secrets, twoAccounts } from "../support/two-accounts.ts";

/** Large, so that the largest list drains in seconds. What keeping a quota means is tested elsewhere. */
const quota = { messages: 1_000_000, windowMs: 10_000 };
const faults: FaultRuleInput[] = [
  { when: { userSuffix: "777" }, do: { failReceivers: "matching" } },
  { when: { content: "refused" }, do: { error: { code: "AppNotFound", status: 404 } } },
];

const accounts = twoAccounts(quota);
const { accounts: LOCAL_ACCOUNTS, file: LOCAL_SECRETS } = secrets;
startOneStack({ quota, faults, accounts }, { QUOTA_MIN_GAP_MS: "20", LOCAL_ACCOUNTS, LOCAL_SECRETS });

sideBySide("accounts", () => import("./accounts.suite.ts"));
sideBySide("limits of a job", () => import("./limits.suite.ts"));
sideBySide("other doors", () => import("./doors.suite.ts"));
sideBySide("the command line", () => import("./cli.suite.ts"));
