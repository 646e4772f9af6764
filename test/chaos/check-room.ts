import { roomOf } from "../../lib/domain/quota/usage.ts";
import type { DispatchEvent } from "../../lib/use-cases/dispatch-event.ts";
import type { JobChecks } from "./check-jobs.ts";
import type { Findings } from "./findings.ts";
import type { Invocation } from "./invocations.ts";
import type { Settings } from "./settings.ts";

type Run = { validBefore: number; room: number; isAlone: boolean; isWhole: boolean };

/**
 * What dispatch leaves queued fits the room, but for a part of a batch. A promise of one run at a time that could read every
 * job: two runs at once cost room, not safety, and so does a job that could not be read.
 */
export function makeRoomChecks(
  { validReceivers }: JobChecks,
  { add }: Findings,
  { policy, create }: Pick<Settings, "policy" | "create">,
) {
  const running = new Map<Invocation, Run>();
  return { runs, writes };

  /** Another run's write lands. */
  function writes(invocation: Invocation): void {
    for (const [other, run] of running) if (other !== invocation) run.isAlone = false;
  }

  function runs(invocation: Invocation) {
    const run: Run = { validBefore: 0, room: 0, isAlone: true, isWhole: true };
    return {
      /** @param capacity as the run has read it */
      begins(capacity: number): void {
        for (const [other, theirs] of running) {
          if (!other.isAlive()) running.delete(other);
          else theirs.isAlone = false;
        }
        run.isAlone = running.size === 0;
        run.isWhole = true;
        run.validBefore = validReceivers();
        run.room = roomOf(capacity, policy.windowMs);
        running.set(invocation, run);
      },
      reports({ event, ...facts }: DispatchEvent): void {
        if (event === "job-failed") run.isWhole = false;
        if (event !== "dispatch-run" || !run.isAlone || !run.isWhole || !invocation.isAlive()) return;
        const most = Math.max(run.room + create.bulkBatchSize + create.maxBatch, run.validBefore);
        const valid = validReceivers();
        if (valid <= most) return;
        add(
          "contradiction",
          "what is queued fits the room",
          "account" in facts ? facts.account : "",
          `${valid} > ${most}`,
        );
      },
      ends(): void {
        running.delete(invocation);
      },
    };
  }
}
