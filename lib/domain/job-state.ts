import { Conflict } from "./errors.ts";

/** What a state means: whether workers send, whether the job has ended, and the outcome of those for whom none is recorded. */
type Meaning = Readonly<{
  /** Workers send. In every other state a worker drops its task. */
  sends: boolean;
  /** Nothing happens to the job any more. */
  ended: boolean;
  /** The outcome of a receiver for whom nothing is recorded. */
  implies: "pending" | "canceled";
}>;

/**
 * Every state of a job and what it means to a worker and to a reader.
 *
 * - `awaiting-list`, `importing`: its receiver list is not complete yet.
 * - `scheduled`: waits for its `notBeforeMs`, or for its window to open.
 * - `canceling`, `expiring`: nothing is sent any more, but a call may still be on its way.
 * - `done`: every receiver has its final outcome.
 * - `rejected`: its list was refused; nothing was sent.
 */
const MEANING = {
  "awaiting-list": { sends: false, ended: false, implies: "pending" },
  importing: { sends: false, ended: false, implies: "pending" },
  scheduled: { sends: false, ended: false, implies: "pending" },
  running: { sends: true, ended: false, implies: "pending" },
  paused: { sends: false, ended: false, implies: "pending" },
  canceling: { sends: false, ended: false, implies: "pending" },
  expiring: { sends: false, ended: false, implies: "pending" },
  done: { sends: false, ended: true, implies: "canceled" },
  canceled: { sends: false, ended: true, implies: "canceled" },
  expired: { sends: false, ended: true, implies: "canceled" },
  rejected: { sends: false, ended: true, implies: "canceled" },
} as const satisfies Record<string, Meaning>;

export type JobState = keyof typeof MEANING;
export const JOB_STATES = Object.keys(MEANING) as readonly JobState[];

export const sends = (state: JobState): boolean => MEANING[state].sends;
export const hasEnded = (state: JobState): boolean => MEANING[state].ended;

/** What the state says of a receiver for whom nothing is recorded. `code` is the reason that goes with `canceled`. */
export const impliedBy = (state: JobState): Readonly<{ status: "pending" | "canceled"; code: string }> => ({
  status: MEANING[state].implies,
  code: state === "expired" ? "Expired" : "Canceled",
});

/** Who asks for a change: a client, a worker (its last outcome is recorded), dispatch (its time has come), import. */
type Event =
  | Action
  | "finish" // every receiver has its outcome
  | "start" // its time has come
  | "expire" // its time is over
  | "end" // no call can be on its way any more
  | "import" // its list is complete
  | "reject"; // its list is refused

/** What a client may ask for. `retry` makes a new job and leaves this one as it is. */
export type Action = "pause" | "resume" | "cancel" | "retry";

/**
 * Every transition. Where two states are named, which of them it is depends on more than the state: see `control.ts`.
 */
const TRANSITIONS: Readonly<Record<Event, readonly JobState[]>> = {
  pause: ["scheduled", "running"], // to paused
  resume: ["paused"], // to running, or scheduled before its time
  cancel: ["awaiting-list", "importing", "scheduled", "running", "paused"], // to canceling, or canceled if nothing was dispatched
  retry: ["done", "canceled", "expired"],
  finish: ["scheduled", "running", "paused"], // to done; its window may have closed, or somebody paused it, during its last call
  start: ["scheduled"], // to running
  expire: ["awaiting-list", "importing", "scheduled", "running", "paused"], // to expiring, or expired if nothing was dispatched
  end: ["canceling", "expiring"], // to canceled, expired
  import: ["awaiting-list", "importing"], // to importing, scheduled or running
  reject: ["awaiting-list", "importing", "scheduled", "running"],
};

export const may = (event: Event, state: JobState): boolean => TRANSITIONS[event].includes(state);

/** @throws {Conflict} naming the present state and those it would have to be in */
export function assertMay(action: Action, state: JobState): void {
  if (may(action, state)) return;
  throw new Conflict(`cannot ${action} a job that is ${state}; it must be ${TRANSITIONS[action].join(" or ")}`);
}
