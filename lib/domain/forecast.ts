import { isoTime } from "./iso-time.ts";
import { type EstimateLimits, estimateSeconds, type Job } from "./job.ts";
import type { HoldReason } from "./quota/ledger.ts";
import type { Usage } from "./quota/usage.ts";
import { endsAtMs, isShut, startsAtMs } from "./send-window.ts";
import { batchesInShares, receiversIn } from "./shares.ts";
import type { Text } from "./text.ts";

/** When a job would end, epoch ms, and how many seconds from now that is. */
export type Forecast = Readonly<{ endsAtMs: number; seconds: number }>;

/** Why nobody can say when a job would end. */
export type Stopped = Readonly<{ why: "paused" | "credentials"; sinceMs: number }>;

export type ForecastFacts = Readonly<{
  nowMs: number;
  /** Other jobs of the account that may be dispatched now. */
  others: readonly Job[];
  usage: Pick<Usage, "capacity" | "reservedAhead" | "heldUntilMs">;
  /** That hold for the account. */
  limits: EstimateLimits;
}>;

/**
 * When a new job would end: after what is reserved already, and what of other bulk jobs is sent before and beside it. Shares are
 * fair, so of a larger job no more goes before its end than it has itself; express jobs wait for none of them. Its own
 * limit and its window count. It is an estimate: others may come, and the upstream may be slow.
 */
export function forecastOf(job: Job, { nowMs, others, usage, limits }: ForecastFacts): Forecast {
  const quota = { ...limits, messages: Math.max(1, usage.capacity) };
  const startMs = Math.max(startsAtMs(job, nowMs), usage.heldUntilMs ?? 0);
  const sent = (quota.messages / (quota.windowMs + quota.marginMs)) * (startMs - nowMs); // by the time that it begins
  const beside = job.lane === "express" ? [] : others.filter((one) => one.lane === "bulk" && !isShut(one, nowMs));
  const waiting = beside.reduce((sum, one) => sum + Math.min(job.receivers, leftOf(one)), usage.reservedAhead);
  const before = Math.max(0, waiting - sent);
  const shared = estimateSeconds(before + job.receivers, quota, { batches: 1 });
  const alone = estimateSeconds(job.receivers, quota, job);
  const endMs = endsAtMs(job.sendWindow, startMs, 1000 * Math.max(shared, alone), job.expiresAtMs);
  return { endsAtMs: endMs, seconds: Math.ceil((endMs - nowMs) / 1000) };
}

/**
 * Whether a person has to do something before anything is sent: a pause ends when somebody resumes, and keys that are refused are
 * refused until somebody replaces them. Any other hold ends by itself.
 */
export function stoppedBy({ pausedAtMs, heldWhy, heldSinceMs = 0 }: Usage): Stopped | undefined {
  if (pausedAtMs !== undefined) return { why: "paused", sinceMs: pausedAtMs };
  return heldWhy === "credentials" ? { why: heldWhy, sinceMs: heldSinceMs } : undefined;
}

/** Why a job is not in time, for whoever asked for it. */
export function whyLate(
  expiresAtMs: number,
  forecast: Forecast | Stopped,
  { heldUntilMs, heldWhy }: Pick<Usage, "heldUntilMs" | "heldWhy">,
): Text {
  const expires = isoTime(expiresAtMs);
  if ("why" in forecast) {
    const [why, since] = [STOPPED[forecast.why], isoTime(forecast.sinceMs)];
    return `the job could not end in time: ExpiresAt is ${expires}; ${why} since ${since}, and nobody knows for how long`;
  }
  const [ends, seconds] = [isoTime(forecast.endsAtMs), forecast.seconds];
  if (heldUntilMs === undefined || heldWhy === undefined)
    return `the job could not end in time: ExpiresAt is ${expires}; it would end about ${ends}, in ${seconds} seconds`;
  const [until, why] = [isoTime(heldUntilMs), HELD[heldWhy]];
  return `the job could not end in time: ExpiresAt is ${expires}; it would end about ${ends}, in ${seconds} seconds: nothing is sent before ${until}, ${why}`;
}

const HELD: Readonly<Record<HoldReason, Text>> = {
  flow: "the upstream said too fast",
  credentials: "the keys of its account are refused",
  "not-sent": "calls did not reach the upstream",
  unclear: "calls had no clear answer",
};

const STOPPED: Readonly<Record<Stopped["why"], Text>> = {
  paused: "all sending of its account is paused",
  credentials: HELD.credentials,
};

/** Receivers that are still to be sent to, about: a batch that was counted since the last dispatch run stands in its share yet. */
const leftOf = (job: Job): number =>
  receiversIn(job, batchesInShares(job.shares)) + receiversIn(job, [[job.cursor, job.batches]]);
