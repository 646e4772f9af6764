import { assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { Conflict } from "../domain/errors.ts";
import type { Job } from "../domain/job.ts";
import { resend } from "../domain/outbox.ts";
import type { Clock } from "../ports/clock.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Nudges } from "../ports/nudges.ts";

export type ResendPorts = Readonly<{ jobs: JobStore; nudges: Pick<Nudges, "publish">; clock: Clock }>;

/** How often the write is tried: dispatch may change the job at the same time. */
const TRIES = 5;

/**
 * Send the last event of a job to its callback again. It goes out within moments, or within a minute if the nudge gets lost.
 *
 * @returns a function that gives the job as it is written. It throws {@link NotFound}, {@link Forbidden}, or
 *   {@link Conflict}: the job has no callback, or no event yet
 */
export function makeResendCallback({ jobs, nudges, clock }: ResendPorts) {
  return async function resendCallback(caller: Caller, id: string): Promise<Job> {
    assertScope(caller, "control");
    for (let tries = 0; tries < TRIES; tries++) {
      const job = assertVisible(caller, id, await jobs.find(id), clock.now());
      const written = await jobs.write(job, resend(job, clock.now()));
      if (!written) continue;
      await nudges.publish(id).catch(() => {});
      return written;
    }
    throw new Conflict(`job ${id} is being changed by others; try again`);
  };
}
