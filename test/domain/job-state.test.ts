import { describe, expect, it } from "vitest";
import { assertMay, hasEnded, impliedBy, JOB_STATES, type JobState, may, sends } from "../../lib/domain/job-state.ts";

const EVENTS = ["pause", "resume", "cancel", "retry", "finish", "start", "expire", "end", "import", "reject"] as const;
const ACTIONS = ["pause", "resume", "cancel", "retry"] as const;

/** What may happen to a job in each state. Everything else may not. */
const ALLOWED: Readonly<Record<JobState, readonly (typeof EVENTS)[number][]>> = {
  "awaiting-list": ["cancel", "expire", "import", "reject"],
  importing: ["cancel", "expire", "import", "reject"],
  scheduled: ["pause", "cancel", "start", "expire", "reject", "finish"],
  running: ["pause", "cancel", "finish", "expire", "reject"],
  paused: ["resume", "cancel", "finish", "expire"],
  canceling: ["end"],
  expiring: ["end"],
  done: ["retry"],
  canceled: ["retry"],
  expired: ["retry"],
  rejected: [],
};

const EVERY = JOB_STATES.flatMap((state) =>
  EVENTS.map((event) => ({ state, event, want: ALLOWED[state].includes(event) })),
);

describe("every event in every state", () => {
  it.each(EVERY)("$state, $event: $want", ({ state, event, want }) => {
    expect(may(event, state)).toBe(want);
  });

  it.each(EVERY.filter(({ event }) => ACTIONS.some((action) => action === event)))(
    "a client asks for $event while $state: $want",
    ({ state, event, want }) => {
      const action = ACTIONS.find((one) => one === event) ?? "pause";
      const asked = () => assertMay(action, state);
      if (want) expect(asked).not.toThrow();
      else {
        expect(asked).toThrow(
          expect.objectContaining({
            code: "CONFLICT",
            message: expect.stringContaining(`cannot ${event} a job that is ${state}; it must be `),
          }),
        );
      }
    },
  );
});

describe("what a state means", () => {
  it.each<{ state: JobState; sends: boolean; ended: boolean; implies: string; code?: string }>([
    { state: "awaiting-list", sends: false, ended: false, implies: "pending" },
    { state: "importing", sends: false, ended: false, implies: "pending" },
    { state: "scheduled", sends: false, ended: false, implies: "pending" },
    { state: "running", sends: true, ended: false, implies: "pending" },
    { state: "paused", sends: false, ended: false, implies: "pending" },
    { state: "canceling", sends: false, ended: false, implies: "pending" },
    { state: "expiring", sends: false, ended: false, implies: "pending" },
    { state: "done", sends: false, ended: true, implies: "canceled", code: "Canceled" },
    { state: "canceled", sends: false, ended: true, implies: "canceled", code: "Canceled" },
    { state: "expired", sends: false, ended: true, implies: "canceled", code: "Expired" },
    { state: "rejected", sends: false, ended: true, implies: "canceled", code: "Canceled" },
  ])("$state", ({ state, ended, implies, code, ...want }) => {
    expect(sends(state)).toBe(want.sends);
    expect(hasEnded(state)).toBe(ended);
    expect(impliedBy(state).status).toBe(implies);
    if (code !== undefined) expect(impliedBy(state).code).toBe(code);
  });

  it("an ended job changes no more, and every other one may still end", () => {
    for (const state of JOB_STATES) {
      const changes = ALLOWED[state].filter((event) => event !== "retry");
      expect(changes.length > 0, state).toBe(!hasEnded(state));
    }
  });
});

it("a client is told every state in which it might ask", () => {
  expect(() => assertMay("pause", "done")).toThrow("cannot pause a job that is done; it must be scheduled or running");
  expect(() => assertMay("resume", "running")).toThrow("it must be paused");
});
