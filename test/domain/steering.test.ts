import { describe, expect, it } from "vitest";
import { JOB_STATES, type JobState } from "../../lib/domain/job.ts";
import { assertMay, type Steering, TRANSITIONS } from "../../lib/domain/steering.ts";

/** What each action makes of a job in each state; `-`: refused. */
const WANT: Record<Steering, Record<JobState, JobState | "as it is" | "-">> = {
  pause: {
    accepting: "-",
    abandoned: "-",
    scheduled: "-",
    running: "paused",
    paused: "-",
    canceled: "-",
    done: "-",
  },
  resume: {
    accepting: "-",
    abandoned: "-",
    scheduled: "-",
    running: "-",
    paused: "running",
    canceled: "-",
    done: "-",
  },
  cancel: {
    accepting: "-",
    abandoned: "-",
    scheduled: "canceled",
    running: "canceled",
    paused: "canceled",
    canceled: "-",
    done: "-",
  },
  retry: {
    accepting: "-",
    abandoned: "-",
    scheduled: "-",
    running: "-",
    paused: "-",
    canceled: "as it is",
    done: "as it is",
  },
};

const ACTIONS: readonly Steering[] = ["pause", "resume", "cancel", "retry"];
const ROWS = ACTIONS.flatMap((action) => JOB_STATES.map((state) => ({ action, state, want: WANT[action][state] })));

describe("steering", () => {
  it.each(ROWS.filter(({ want }) => want !== "-"))("$action a job that is $state: $want", ({ action, state, want }) => {
    expect(() => assertMay(action, state)).not.toThrow();
    expect(TRANSITIONS[action].to ?? "as it is").toBe(want);
  });

  it.each(ROWS.filter(({ want }) => want === "-"))("$action a job that is $state: 409", ({ action, state }) => {
    expect(() => assertMay(action, state)).toThrow(
      expect.objectContaining({
        code: "BAD_REQUEST",
        status: 409,
        message: expect.stringContaining(`cannot ${action} a job that is ${state};`),
      }),
    );
  });

  it.each([
    { action: "pause", states: "running" },
    { action: "cancel", states: "scheduled or running or paused" },
    { action: "retry", states: "done or canceled" },
  ] as const)("a refusal to $action names the states that would do: $states", ({ action, states }) => {
    expect(() => assertMay(action, "accepting")).toThrow(`; it must be ${states}`);
  });
});
