import type { Posted, VolleyClient } from "./volley-client.ts";

/**
 * How a run ended. `at rest`: every job has ended and no task is left. `stuck`: a job has not ended, and nothing moves any
 * more. `cut off`: it still moved when there was no more time for it, so nothing is known of what had not ended.
 */
export type Ended = "at rest" | "stuck" | "cut off";

export type Awaited = Readonly<{
  client: Pick<VolleyClient, "job" | "control" | "isHeld">;
  /** Whole dispatch runs since anything moved. */
  quietRuns: () => number;
  /** No task waits, is delayed or is in hand. */
  areEmpty: () => Promise<boolean>;
  /** What became of every request so far. */
  posted: () => readonly Posted[];
  requests: number;
  isCutOff: () => boolean;
  /** Between two looks. */
  pause: () => Promise<unknown>;
}>;

export const ENDED: ReadonlySet<string> = new Set(["done", "canceled", "expired", "rejected"]);
/** So many dispatch runs found nothing to do: each looks after every job, and a lost task is queued again after two or three. */
export const QUIET_RUNS = 12;

/**
 * Wait until nothing moves any more. No clock decides that: a slow machine only takes longer. What is still paused its client
 * resumes; nobody else does anything.
 */
export async function untilAtRest(awaited: Awaited): Promise<Ended> {
  const { client, quietRuns, areEmpty, posted, requests, isCutOff, pause } = awaited;
  const ended = new Set<string>();
  for (; !isCutOff(); await pause()) {
    const answers = posted();
    const { left, isKnown } = await lookAt(answers.flatMap((one) => (one.kind === "accepted" ? one.id : [])));
    if (answers.length < requests || !isKnown) continue;
    if (left === 0 && (await areEmpty())) return "at rest";
    if (left > 0 && quietRuns() >= QUIET_RUNS && (await areEmpty()) && !(await client.isHeld())) return "stuck";
  }
  return "cut off";

  /** @returns how many have not ended; not `isKnown`: one could not be read, or was paused a moment ago, and may still move */
  async function lookAt(ids: readonly string[]): Promise<Readonly<{ left: number; isKnown: boolean }>> {
    let isKnown = true;
    for (const id of ids.filter((one) => !ended.has(one))) {
      const job = await client.job(id);
      if (job && ENDED.has(job.Status)) ended.add(id);
      else if (!job || job.Status === "paused") {
        isKnown = false;
        await client.control(id, "resume");
      }
    }
    return { left: ids.length - ended.size, isKnown };
  }
}
