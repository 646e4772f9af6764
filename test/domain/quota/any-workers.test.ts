import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostSlots } from "../../../lib/domain/quota/policy-rules.ts";
import { anyCalls, anyCallsAndChanges, excess, POLICY, runWorkers, SLOW } from "./any-workers.ts";

const NAMES = ["messages", "calls", "second"] as const;

/** Limits that a window exceeds. */
const exceeded = (run: ReturnType<typeof runWorkers>): string[] => NAMES.filter((name) => excess(run, name) > 0);

describe("no window exceeds any of three limits", () => {
  it("at once: any sizes, lanes, lateness, holds", () => {
    fc.assert(
      fc.property(anyCalls, (calls) => void expect(exceeded(runWorkers(calls))).toEqual([])),
      { numRuns: 200 },
    );
  });

  it("while they are changed at any time: what is spent comes back after the longer of both windows", () => {
    fc.assert(
      fc.property(anyCallsAndChanges, (steps) => void expect(exceeded(runWorkers(steps))).toEqual([])),
      { numRuns: 300 },
    );
  });

  it("a second is kept also where calls take longer than it lasts, and where it is changed meanwhile", () => {
    fc.assert(
      fc.property(anyCallsAndChanges, (steps) => void expect(exceeded(runWorkers(steps, SLOW))).toEqual([])),
      { numRuns: 300 },
    );
  });

  it("a second is kept even if whoever makes a late call dies in it: the other windows are not", () => {
    const dead = (calls: Parameters<typeof runWorkers>[0]) => exceeded(runWorkers(calls, SLOW, true));
    fc.assert(
      fc.property(anyCalls, (calls) => void expect(dead(calls)).not.toContain("second")),
      { numRuns: 200 },
    );
  });

  it.each([
    { name: "messages", count: 10 },
    { name: "calls", count: 3 },
    { name: "second", count: 60 },
  ] as const)("and that of $name is reached", ({ name, count }) => {
    const saturated = Array.from({ length: 200 }, () => ({
      ...({ kind: "call", passMs: 50, lane: "express", count } as const),
      ...{ countedAfterMs: 0, late: 0, maxWaitMs: 1_500, refused: false },
    }));
    expect(excess(runWorkers(saturated), name)).toBeGreaterThanOrEqual(name === "second" ? -6 : 0);
  });
});

it("the ledger stays small, also where windows change", () => {
  fc.assert(
    fc.property(anyCalls, (calls) => {
      expect(runWorkers(calls).ledger.entries.length).toBeLessThanOrEqual(mostSlots(POLICY));
    }),
    { numRuns: 50 },
  );
});
