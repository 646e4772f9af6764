import { describe, it } from "vitest";
import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import { endsOn } from "../support/ends-on.ts";
import { startOneStack, volley } from "../support/one-stack.ts";

/** A window that leaves a call three seconds: on a busy machine one may take as long as that. */
const quota = { messages: 12_000, windowMs: 8_000 };
/** What was queued this long ago counts as lost (five minutes on AWS), and messages of a dead worker come back. */
const SOON = { QUEUE_VISIBILITY_SECONDS: "5", QUOTA_MIN_GAP_MS: "50", CALL_TIMEOUT_MS: "3300" };
const faults: FaultRuleInput[] = [
  { when: { content: "purged", userSuffix: "777" }, do: { failReceivers: "matching" } },
  { when: { content: "purged", userSuffix: "888" }, do: { omit: "matching" } },
  // So that there are calls under way when their worker is killed.
  { when: { content: "at-most-once" }, do: { delayMs: 400 } },
  { when: { content: "at-least-once" }, do: { delayMs: 400 } },
];

startOneStack({ quota, faults }, SOON);

describe("queues that are purged", async () => void (await import("./purge.suite.ts"))); // first: nobody is sent anything twice so far
describe("a worker that is killed", async () => void (await import("./crash.suite.ts")));
describe("an operator", async () => void (await import("./quota.suite.ts")));
describe("an upgrade", async () => void (await import("./recorded.suite.ts"))); // its jobs are no part of what the others count
it("takes every process along on SIGTERM", () => endsOn(volley.stack, "SIGTERM"));
