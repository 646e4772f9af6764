import { expect } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { JobState } from "../../lib/domain/job-state.ts";
import type { Outcome, OutcomeStatus } from "../../lib/domain/outcome.ts";
import { CALLER, jobNow, type World } from "./world.ts";

/** Every page of a job's outcomes, one after the other. @throws {Error} if the pages never end */
export async function outcomesOf(
  { volley }: World,
  { id, receivers }: Pick<Job, "id" | "receivers">,
  page: Readonly<{ status?: OutcomeStatus; code?: string; limit?: number }> = {},
): Promise<Outcome[]> {
  const all: Outcome[] = [];
  let after: string | undefined;
  for (let pages = 0; pages <= receivers + 10; pages++) {
    const asked = { limit: 1_000, ...page, ...(after !== undefined && { after }) };
    const { outcomes, next } = await volley.query.outcomes(CALLER, id, asked);
    all.push(...outcomes);
    if (next === undefined) return all;
    after = next;
  }
  throw new Error(`the pages of job ${id} never end: ${after}`);
}

/** `1 sent`, `2 failed FailedReceiver`, `3 sent twice`, … */
export const summaryOf = async (world: World, job: Job): Promise<string[]> =>
  (await outcomesOf(world, job)).map(({ userId, status, code, maybeTwice }) =>
    [userId, status, code, maybeTwice && "twice"].filter(Boolean).join(" "),
  );

/** How many outcomes of each status a job has, by its own counts. */
export async function countsOf({ volley }: World, { id }: Pick<Job, "id">) {
  return (await volley.query.job(CALLER, id)).counts;
}

/** What the outcomes come to, status by status. */
export function tallyUp(outcomes: readonly Outcome[]) {
  const counts = { sent: 0, failed: 0, unknown: 0, pending: 0, canceled: 0 };
  for (const { status } of outcomes) counts[status]++;
  return counts;
}

/**
 * What has to be true of a job once nothing happens any more, whatever happened on the way: every receiver has one final
 * outcome, the counts say the same, and nothing that is said contradicts what the upstream did.
 *
 * @param accepted the job as it was accepted
 */
export async function expectEverybodyAnswered(
  world: World,
  accepted: Job,
  ids: BigUint64Array | readonly number[],
  states: readonly JobState[] = ["done"],
): Promise<void> {
  const job = await jobNow(world, accepted);
  expect(states).toContain(job.state);
  expect(job).toMatchObject({ run: accepted.run, shares: [] });
  expect(job.dueAtMs).toBeUndefined();
  const content = world.table.messages.get(job.run)?.message.Content ?? "";
  const outcomes = await outcomesOf(world, job);
  expect(outcomes.map(({ userId }) => userId).join()).toEqual(ids.join());
  const wrong = outcomes.filter(({ userId, status, messageId, maybeTwice }) => {
    const got = world.upstream.gotOf(content, userId);
    if (status === "pending") return true;
    if (status === "sent" && !got.includes(messageId ?? "")) return true;
    if (status === "failed" || status === "canceled") return got.length > 0;
    return got.length > 1 && !(job.delivery === "at-least-once" && (maybeTwice || status === "unknown"));
  });
  expect(wrong).toEqual([]);
  expect(await countsOf(world, job)).toEqual(tallyUp(outcomes));
}
