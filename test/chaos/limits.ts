import type { MemoryLedgers } from "../../lib/adapters/memory-token-bucket.ts";
import { leaseMs } from "../../lib/domain/delivery-times.ts";
import { isGone } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { usage } from "../../lib/domain/quota/usage.ts";
import type { Agenda } from "./agenda.ts";
import type { Findings } from "./findings.ts";
import { MINUTE_MS, type Settings } from "./settings.ts";
import type { Store } from "./store.ts";

export type Limits = Readonly<{
  agenda: Agenda;
  store: Store;
  ledgers: MemoryLedgers;
  findings: Findings;
  settings: Settings;
}>;

/** Attempts at a receiver, each of which spends quota. */
const ATTEMPTS = 3;
/** A window closes for eight minutes at the most, some time after a schedule begins. */
const LONGEST_CLOSED_MS = 14 * MINUTE_MS;
/** The capacity never falls below this share of the quota. */
const LEAST_SHARE = 0.1;

/**
 * Once nothing fails any more every job that is not paused ends: within the age of a share, a lease, the time that the
 * quota takes for all that is left, and two minutes. It counts from the last thing that somebody did to the job, and from
 * the end of the last hold.
 */
export function makeLimits({ agenda, store, ledgers, findings, settings }: Limits) {
  const { policy, shareAgeMs, callTimeoutMs } = settings;
  let heldMs = 0;
  return { check };

  /** @param faultsEndMs since when nothing fails */
  function check(faultsEndMs: number): void {
    const nowMs = agenda.now();
    for (const ledger of ledgers.values()) {
      const { heldUntilMs, lastHold } = usage(ledger, policy, nowMs);
      heldMs = Math.max(heldMs, lastHold?.toMs ?? 0, heldUntilMs === undefined ? 0 : nowMs);
    }
    const jobs = [...store.table.jobs.values()];
    const receivers = jobs.reduce((sum, job) => sum + job.receivers, 0);
    const drainMs = ((ATTEMPTS * receivers) / (LEAST_SHARE * policy.messages)) * policy.windowMs;
    const allowedMs = shareAgeMs + leaseMs(callTimeoutMs) + drainMs + 2 * MINUTE_MS;
    for (const job of jobs) {
      const { id, state, notBeforeMs = 0, history, sendWindow, maxPerMinute } = job;
      if (hasEnded(state) || isGone(job, nowMs) || state === "paused") continue;
      const touchedMs = history.findLast(({ by }) => by !== "volley")?.atMs ?? 0;
      const fromMs = Math.max(faultsEndMs, heldMs, notBeforeMs, touchedMs);
      const closedMs = sendWindow ? LONGEST_CLOSED_MS : 0;
      const pacedMs = maxPerMinute === undefined ? 0 : (job.receivers / maxPerMinute) * MINUTE_MS;
      if (nowMs <= fromMs + allowedMs + closedMs + pacedMs) continue;
      findings.add("lost", "every job ends in time", id, `${state} ${Math.round((nowMs - fromMs) / 1000)} s later`);
    }
  }
}
