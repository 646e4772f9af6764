import { describe, expect, it } from "vitest";
import { CLAIM_WINDOW_MS, graceMs } from "../../lib/domain/control.ts";
import { leaseMs, REREAD_AFTER_MS } from "../../lib/domain/delivery-times.ts";

describe("the times of a call hold together", () => {
  it.each([1, 2_000, 10_000, 29_000])(
    "a claim outlives a call of %i ms by the five seconds to record it",
    (callTimeoutMs) => {
      expect(leaseMs(callTimeoutMs)).toBe(callTimeoutMs + 5_000);
    },
  );

  it("a job that was read is old before a claim made on that read is", () => {
    expect(REREAD_AFTER_MS).toBe(1_000);
    expect(CLAIM_WINDOW_MS).toBe(2_000);
  });

  it.each([1, 15_000])(
    "a job that was stopped waits for a claim made last, its lease of %i ms, and 3 s more",
    (lease) => {
      expect(graceMs(lease)).toBe(2_000 + lease + 3_000);
    },
  );
});
