import { expect, it } from "vitest";
import { changedLimits, limitsOf, type QuotaAnswer, quotaState } from "../../clients/console/src/quota.ts";

const IDLE: QuotaAnswer = {
  ...{ Account: "account", Quota: 12_000, WindowSeconds: 60, Used: 0, ReservedAhead: 0, Capacity: 12_000 },
};
const HeldUntil = "2026-01-01T00:00:30Z";

it.each<{ when: Partial<QuotaAnswer>; state: string }>([
  { when: {}, state: "idle" },
  { when: { Used: 1 }, state: "sending" },
  { when: { ReservedAhead: 1 }, state: "sending" },
  { when: { Used: 1, Capacity: 9_600 }, state: "slowed" },
  { when: { Used: 1, Capacity: 9_600, HeldUntil }, state: "held" },
  { when: { HeldUntil, PausedAt: "2026-01-01T00:00:00Z" }, state: "paused" },
])("$when is $state", ({ when, state }) => expect(quotaState({ ...IDLE, ...when })).toBe(state));

it("where the limits are not told the window says them", () => {
  expect(limitsOf(IDLE)).toEqual({ Messages: 12_000, WindowMs: 60_000 });
  expect(limitsOf({ ...IDLE, Limits: { Messages: 4_000, Floor: 60 } })).toMatchObject({ Messages: 4_000, Floor: 60 });
});

it("only what was changed is sent; an emptied field gives the setting back", () => {
  const now = { Messages: 12_000, Floor: 60 };
  const typed = { Messages: "4,000", Floor: "", WindowMs: "", Calls: "300" };
  expect(changedLimits(now, typed)).toEqual({ change: { Messages: 4_000, Floor: null, Calls: 300 }, faults: [] });
  expect(changedLimits(now, { Messages: "12 000", Floor: "60" })).toEqual({ change: {}, faults: [] });
});

it("what is no whole number is named", () => {
  expect(changedLimits({}, { Messages: "1e3", Calls: "-1", PerSecond: "1.5", Floor: "5" }).faults).toEqual([
    ...["Messages", "Calls", "PerSecond"],
  ]);
});
