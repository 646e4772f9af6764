import type { Lane } from "../../lib/domain/job.ts";
import type { Usage } from "../../lib/domain/quota/token-bucket.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { QuotaReader } from "../../lib/ports/quota-reader.ts";
import type { Reservation, TokenBucket } from "../../lib/ports/token-bucket.ts";

export type Ask = Readonly<{ n: number; count: number; lane: Lane; nowMs: number; maxWaitMs: number; account: string }>;

export const granted = (slotMs: number, count: number, probe = false, aheadMs = 0): Reservation => ({
  kind: "granted",
  ...{ slotMs, granted: count, probe, aheadMs },
});

export const wait = (untilMs: number, why: "quota" | "held" = "quota"): Reservation => ({ kind: "wait", untilMs, why });

/** A quota that says what the test tells it to, and remembers what it was told. */
export function fakeBucket(clock: Clock, grant: (ask: Ask) => Reservation, usage: () => Usage) {
  const asks: Ask[] = [];
  const told: Readonly<Record<string, unknown>>[] = [];
  const bucket: TokenBucket & QuotaReader = {
    async reserve(account, ask) {
      const full = { n: asks.length, nowMs: clock.now(), account, ...ask };
      asks.push(full);
      return grant(full);
    },
    async moveLate(_account, spent) {
      told.push({ late: spent });
    },
    async hold(_account, why, forMs) {
      told.push({ hold: why, ...(forMs !== undefined && { forMs }) });
    },
    async lift() {
      told.push({ lift: true });
    },
    async usage() {
      return usage();
    },
  };
  return { bucket, asks, told };
}
