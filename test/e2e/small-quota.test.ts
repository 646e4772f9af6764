import { describe } from "vitest";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { startOneStack } from "../support/one-stack.ts";
import { SMALL_QUOTA } from "../support/small-quota.ts";

// What needs few messages, or a quota that is always used up: the upstream refuses whatever is more.

const faults: FaultRuleInput[] = [
  { when: { content: "mixed", receivers: ["9777"] }, times: 3, do: { failReceivers: "matching" } },
  { when: { content: "mixed", receivers: ["9888"] }, times: 1, do: { omit: "matching" } },
];
/** The longest call that this window allows, so that a busy machine breaks none; a lease of 8 s, a canceled job ends after 13. */
const SOON = { CALL_TIMEOUT_MS: "2500", QUOTA_MARGIN_MS: "100", QUOTA_MIN_GAP_MS: "20" };
startOneStack({ quota: SMALL_QUOTA, faults }, SOON);

describe("bad input", async () => void (await import("./bad-input.suite.ts"))); // first: it leaves no trace
describe("attacks", async () => void (await import("./attacks.suite.ts"))); // counts what is written
describe("events in", async () => void (await import("./events-in.suite.ts")));
describe("control", async () => void (await import("./control.suite.ts")));
describe("lanes", async () => void (await import("./lanes.suite.ts"))); // last: its broadcasts do not end
