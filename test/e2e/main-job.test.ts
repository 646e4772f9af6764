import { describe } from "vitest";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { startOneStack } from "../support/one-stack.ts";

// The main job on the whole stack, as every change has to leave it. All that takes longer: the project `stacks`.

/** Large, so that the largest list drains in seconds. What keeping a quota means is tested elsewhere. */
const quota = { messages: 1_000_000, windowMs: 10_000 };
const faults: FaultRuleInput[] = [
  { when: { userSuffix: "777" }, do: { failReceivers: "matching" } },
  { when: { receivers: ["9000000000000000888"] }, do: { omit: "matching" } },
  { when: { content: "breaks" }, do: { reset: "after" } },
];

startOneStack({ quota, faults }, { QUOTA_MIN_GAP_MS: "20" });

describe("a stack", async () => void (await import("./ready.suite.ts")));
describe("a job", async () => void (await import("./job.suite.ts")));
describe("its end", async () => void (await import("./end.suite.ts")));
