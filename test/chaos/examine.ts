import type { Job } from "../../lib/domain/job.ts";
import { isGone } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import type { Outcome } from "../../lib/domain/outcome.ts";
import { lengthOf } from "../../lib/domain/ranges.ts";
import { batchesInShares } from "../../lib/domain/shares.ts";
import { rollingCount } from "../../local/rtc-simulator/rolling-count.ts";
import type { Ended } from "./at-rest.ts";
import type { Finding } from "./findings.ts";
import { judge } from "./judge.ts";
import { type ModelOptions, play, type Rest } from "./model.ts";
import { isUncounted } from "./model-upstream.ts";
import { told } from "./told.ts";

/** What one run came to. */
export type Examined = Readonly<{
  faultsByKind: Readonly<Record<string, number>>;
  receivers: number;
  findings: readonly Finding[];
  /** Most messages the upstream counted in any window, and what it allows. */
  peak: number;
  quota: number;
  /** Calls left out of the peak: they came late, and their worker died before it could know. */
  uncounted: number;
  ended: Ended;
}>;

/** Schedules in which the same keys are used again, long after. */
const SECOND_LIVES = 0.15;
/** As lib/use-cases/query-jobs.ts has it. */
const MOST_OPEN_BATCHES = 100;

/** Play one schedule and hold what Volley says in the end against what the upstream knows. */
export async function examine(seed: number, options: ModelOptions = {}): Promise<Examined> {
  const rest = await play(seed, options);
  const { findings, upstream, settings } = rest;
  const quota = settings.policy.messages;
  await examineJobs(rest);
  if (findings.all.length === 0 && rest.chance.happens(SECOND_LIVES)) {
    await rest.liveAgain();
    await examineJobs(rest);
  }
  const peak = peakOf(rest);
  if (peak > quota) findings.add("contradiction", "no window over the quota", "all", `${peak} of ${quota}`);
  return {
    faultsByKind: rest.plan.counts(),
    receivers: [...rest.store.table.jobs.values()].reduce((sum, { receivers }) => sum + receivers, 0),
    findings: findings.all,
    peak,
    quota,
    uncounted: upstream.calls.filter(isUncounted).length,
    ended: rest.ended(),
  };
}

async function examineJobs(rest: Rest): Promise<void> {
  const { agenda, findings, store, workload } = rest;
  if (findings.all.length > 0) return;
  for (const job of store.table.jobs.values()) if (!isGone(job, agenda.now())) await examineJob(rest, job);
  for (const { id, receivers, job } of workload.answered) {
    const found = store.table.jobs.get(id);
    if (!found) findings.add("lost", "who is answered has a job", id);
    else if (found.run !== job.run || !isListOf(rest, found, receivers)) {
      findings.add("contradiction", "who is answered has the job he asked for", id);
    }
  }
}

function isListOf({ store }: Rest, job: Job, receivers: BigUint64Array | undefined): boolean {
  const list = store.listOf(job);
  return list === undefined || receivers === undefined || list.join() === receivers.join();
}

async function examineJob(rest: Rest, job: Job): Promise<void> {
  const { agenda, findings, upstream, checker, store } = rest;
  const list = store.listOf(job);
  const hasSent = upstream.calls.some(({ run }) => run === job.run);
  if (job.state === "rejected" && hasSent) findings.add("contradiction", "a rejected job sends nothing", job.id);
  if (job.reason?.includes("damaged") && rest.plan.counts()["listDamaged"] === undefined) {
    findings.add("contradiction", "a list is whole unless somebody damaged it", job.id);
  }
  if (job.state === "rejected" || !list) return; // without its list nobody can name the rows of a job
  const { counts, outcomes } = await told(agenda, store, job.id);
  const receivers = [...list].map(String);
  const inboxOf = (userId: string) => upstream.inboxOf(job.run, userId);
  const deliveredTo = (userId: string) => inboxOf(userId).messageIds;
  const evidence = { job: job.id, delivery: job.delivery, state: job.state, receivers };
  for (const { kind, rule, what } of judge({
    ...evidence,
    hasEnded: hasEnded(job.state),
    told: outcomes,
    tally: isCountedExactly(job) ? counts : undefined,
    deliveredTo,
  })) {
    findings.add(kind, rule, job.id, what);
  }

  const contradict = (rule: string, what: string) => findings.add("contradiction", rule, job.id, what);
  for (const outcome of outcomes) {
    const { userId, status, code } = outcome;
    const place = `${job.run} ${userId}`;
    if (status !== "sent" && checker.notes.written.has(place))
      contradict("what was written down is told", `${userId} ${status}`);
    const mayHaveIt = checker.calls.fatesOf(job.run, userId).includes("open");
    if (mayHaveIt && (status === "failed" || status === "canceled")) {
      contradict("who may have got it is sent or unknown", `${userId} is ${status}`);
    }
    if (status === "unknown") {
      const why = whyNotUnknown(rest, job, outcome);
      if (why !== undefined) contradict("unknown is said only in doubt", `${userId} (${code}) ${why}`);
    }
  }
}

/** A job that has more batches under way is counted by its tallies alone. */
const isCountedExactly = ({ state, shares }: Job): boolean =>
  hasEnded(state) || lengthOf(batchesInShares(shares)) <= MOST_OPEN_BATCHES;

/** Who is unknown was about to be sent to. Where no worker failed, the upstream had said something other than a clear refusal. */
function whyNotUnknown({ checker, plan, upstream, settings }: Rest, { run }: Job, { userId, code }: Outcome) {
  if (!checker.notes.claimed.has(`${run} ${userId}`)) return "and nobody ever was about to send to him";
  const workersFail =
    settings.adversary > 0 ||
    plan.has(
      "crashed",
      "processCrashed",
      "stalled",
      "stalledAfterCall",
      "slowClaim",
      "lostAnswer",
      "throttled",
      "landsLate",
      "slowRequest",
      "slowAnswer",
    );
  if (!workersFail && !plan.has("repeated") && !upstream.inboxOf(run, userId).isDoubtful)
    return "after clear refusals only";
  return code === undefined ? "without a reason" : undefined;
}

/**
 * Of every call that the upstream took, but those for which nothing is promised.
 * The margin covers either a late call or clocks that differ, not both in full: windows are shorter by what they differ.
 */
function peakOf({ upstream, settings }: Rest): number {
  const { policy, mostSkewMs } = settings;
  const count = rollingCount(policy.windowMs - 2 * mostSkewMs);
  const counted = upstream.calls.flatMap((call) =>
    call.countedAtMs === undefined || isUncounted(call)
      ? []
      : [{ atMs: call.countedAtMs, count: call.receivers.length }],
  );
  for (const one of counted.toSorted((a, b) => a.atMs - b.atMs)) count.add(one.atMs, one.count);
  return count.peak();
}
