import type { Job } from "../../lib/domain/job.ts";
import type { Outcome } from "../../lib/domain/outcome.ts";
import { makeAsk } from "../../lib/use-cases/query-jobs.ts";
import { rollingCount } from "../../local/rtc-simulator/rolling-count.ts";
import type { Wish } from "./clients.ts";
import { type Examined, type Finding, judge } from "./judge.ts";
import { type ModelOptions, play, type Rest } from "./model.ts";

/** Play one schedule and hold what Volley says in the end against what the upstream knows. */
export async function examine(seed: number, options: ModelOptions = {}): Promise<Examined> {
  const rest = await play(seed, options);
  const findings: Finding[] = [];
  const contradict = (what: string) => void findings.push({ kind: "contradiction", job: "all", what });
  if (!rest.isOver) contradict(`in fair weather for hours, and not at rest: ${rest.queue.size()} messages`);
  if (rest.notes.swept.length > 0) contradict(`a second sweep still finds something: ${rest.notes.swept.join()}`);
  let receivers = 0;
  for (const id of rest.notes.jobs) {
    const job = await rest.results.job(id);
    const wish = rest.wishes.find(({ content }) => content === job?.message.Content);
    if (!job || !wish) continue; // its intake died before it wrote anything
    if (job.state === "abandoned") findings.push(...examineAbandoned(rest, job, wish));
    else {
      receivers += wish.receivers.length;
      findings.push(...(await examineJob(rest, job, wish)));
    }
  }
  for (const [{ content }, job] of rest.answered) {
    if (job === undefined || (await rest.results.job(job))) continue;
    findings.push({ kind: "lost", job, what: `${content} was answered 202, and there is no such job` });
  }
  const { messages: quota } = rest.policy;
  const peak = peakOf(rest);
  if (peak > quota) contradict(`${peak} messages in a window that has room for ${quota}`);
  return { faultsByKind: rest.weather.faults(), receivers, findings, peak, quota };
}

function examineAbandoned({ upstream, answered }: Rest, { id: job }: Job, wish: Wish): Finding[] {
  const promised = answered.get(wish) !== undefined;
  const delivered = wish.receivers.some((id) => upstream.inboxOf(wish.content, id).messageIds.length > 0);
  return [
    ...(promised ? [{ kind: "lost", job, what: "answered 202, then abandoned" } as const] : []),
    ...(delivered ? [{ kind: "contradiction", job, what: "abandoned, and delivered" } as const] : []),
  ];
}

async function examineJob(rest: Rest, job: Job, wish: Wish): Promise<Finding[]> {
  const ask = makeAsk(rest.results);
  const { counts, pending } = await ask.job(job.id);
  const { outcomes } = await ask.outcomes(job.id, { limit: 10_000 });
  const told = outcomes.filter(({ status }) => status !== "pending");
  const deliveredTo = (userId: string) => rest.upstream.inboxOf(wish.content, userId).messageIds;
  const { delivery, receivers, content } = wish;
  const tally = { ...counts, pending };
  const findings = judge({ job: job.id, delivery, state: job.state, receivers, told, tally, deliveredTo });

  const contradict = (what: string) => void findings.push({ kind: "contradiction", job: job.id, what });
  for (const outcome of told) {
    const why = outcome.status === "unknown" ? whyNotUnknown(rest, job, content, outcome) : undefined;
    if (why !== undefined) contradict(`${outcome.userId} is unknown (${outcome.code}) ${why}`);
  }
  if (rest.notes.disobedient.has(content) && !rest.weather.has("paused")) contradict("sent to after it was stopped");
  const [first = ""] = receivers;
  const alone = await ask.outcome(job.id, first).catch((error: unknown) => ({ status: String(error) }));
  const listed = told.find(({ userId }) => userId === first);
  if (listed && alone.status !== listed.status) contradict(`${first} is ${listed.status}, asked alone ${alone.status}`);
  return findings;
}

/**
 * Who is unknown was about to be sent to. Where no worker failed, the upstream had said something other than a clear
 * refusal. In at-least-once the last attempt was used up, unless nobody may send again: the job was stopped, the upstream
 * refuses such requests, or its answer left him out.
 */
function whyNotUnknown(
  rest: Rest,
  { id, state, delivery, expiresAtMs }: Job,
  content: string,
  { userId, code }: Outcome,
) {
  const { upstream, weather, notes } = rest;
  if (!notes.claimed.has(`${id} ${userId}`)) return "and nobody ever was about to send to him";
  const { isDoubtful, wasOmitted } = upstream.inboxOf(content, userId);
  const workersFail = weather.has("killed", "processKilled", "paused", "lost", "throttled", "repeated", "sentInPart");
  if (!workersFail && !isDoubtful) return "after clear refusals only";
  const mayGoAgain = delivery === "at-least-once" && state !== "canceled" && expiresAtMs === undefined;
  if (mayGoAgain && !wasOmitted && !weather.has("badRequest") && !notes.lastAttempts.has(`${id} ${userId}`)) {
    return "in at-least-once, its attempts not used up";
  }
  return code === undefined ? "without a reason" : undefined;
}

/** Without the calls for which nothing is promised: those that came late and whose worker died before it could say so. */
function peakOf({ upstream, policy }: Rest): number {
  const count = rollingCount(policy.windowMs);
  const taken = upstream.taken.filter(({ isAccountedFor }) => isAccountedFor);
  for (const one of taken.toSorted((a, b) => a.atMs - b.atMs)) count.add(one.atMs, one.count);
  return count.peak();
}
