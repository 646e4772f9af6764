import { expect, it } from "vitest";
import { baseOf, whyPause } from "../../lib/domain/failure-brake.ts";
import type { JobState } from "../../lib/domain/job-state.ts";

const brake = { percent: 4.5, of: 1_000 };
const NONE = { failed: 0, counted: 0 };

it.each([
  { when: "the share is reached", failed: 45, sent: 955, want: true },
  { when: "the share is just below", failed: 44, sent: 956, want: false },
  { when: "too few are counted", failed: 999, sent: 0, want: false },
  { when: "unknown ones are counted, and have not failed", failed: 44, sent: 900, unknown: 100, want: false },
  { when: "unknown ones make up the number", failed: 45, sent: 855, unknown: 100, want: true },
  { when: "old failures are left out", failed: 90, sent: 1_910, base: { failed: 50, counted: 1_000 }, want: false },
  { when: "new ones are enough", failed: 95, sent: 1_905, base: { failed: 50, counted: 1_000 }, want: true },
  { when: "dispatch has not begun with it", failed: 1_000, sent: 0, base: undefined, want: false },
  { when: "it is paused", failed: 1_000, sent: 0, state: "paused" as const, want: false },
  { when: "it is done", failed: 1_000, sent: 0, state: "done" as const, want: false },
  { when: "it is being canceled", failed: 1_000, sent: 0, state: "canceling" as const, want: false },
  { when: "its window has closed", failed: 1_000, sent: 0, state: "scheduled" as const, want: true },
])("a job pauses: $want where $when", ({ failed, sent, unknown = 0, want, ...rest }) => {
  const { state, base }: { state: JobState; base: typeof NONE | undefined } = { state: "running", base: NONE, ...rest };
  const why = whyPause(
    { state, pauseAfterFailures: brake, ...(base && { brakeBase: base }) },
    { failed, sent, unknown },
  );
  expect(why !== undefined).toBe(want);
});

it("a job without the option never does", () => {
  expect(whyPause({ state: "running", brakeBase: NONE }, { failed: 9, sent: 0, unknown: 0 })).toBeUndefined();
});

it("says why, for a person", () => {
  const job = { state: "running", pauseAfterFailures: brake, brakeBase: { failed: 5, counted: 50 } } as const;
  expect(whyPause(job, { failed: 105, sent: 955, unknown: 0 })).toBe(
    "100 of 1010 receivers failed; PauseAfterFailures is 4.5 percent of at least 1000",
  );
});

it("counts from what was counted", () => {
  expect(baseOf({ sent: 3, failed: 2, unknown: 1 })).toEqual({ failed: 2, counted: 6 });
});
