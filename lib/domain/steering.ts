import { BadRequest } from "./errors.ts";
import type { JobState } from "./job.ts";

export type Steering = "pause" | "resume" | "cancel" | "retry";

/** Which states an action may find a job in, and the state it leaves it in. All there is to know about steering. */
export const TRANSITIONS: Readonly<Record<Steering, Readonly<{ from: readonly JobState[]; to?: JobState }>>> = {
  pause: { from: ["running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  cancel: { from: ["scheduled", "running", "paused"], to: "canceled" },
  retry: { from: ["done", "canceled"] }, // makes a new job and leaves this one as it is
};

/** @throws {BadRequest} 409 naming the present state */
export function assertMay(action: Steering, state: JobState): void {
  const { from } = TRANSITIONS[action];
  if (from.includes(state)) return;
  throw new BadRequest(409, `cannot ${action} a job that is ${state}; it must be ${from.join(" or ")}`);
}
