import type { Lane } from "../../lib/domain/job.ts";
import type { WaitReason } from "../../lib/domain/quota/token-bucket.ts";
import { roomOf, type Usage } from "../../lib/domain/quota/usage.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { QuotaReader } from "../../lib/ports/quota-reader.ts";
import type { Reservation, TokenBucket } from "../../lib/ports/token-bucket.ts";

export type Ask = Readonly<{ n: number; count: number; lane: Lane; nowMs: number; maxWaitMs: number; account: string }>;

export const granted = (slotMs: number, count: number, probe = false, aheadMs = 0): Reservation => ({
  kind: "granted",
  ...{ slotMs, granted: count, probe, aheadMs },
});

export const wait = (untilMs: number, why: WaitReason = "quota"): Reservation => ({ kind: "wait", untilMs, why });

/** `room` need not be said: two minutes of the capacity, where the window is a minute. */
export type UsageSaid = Omit<Usage, "room"> & Readonly<{ room?: number }>;
const withRoom = (said: UsageSaid): Usage => ({ room: roomOf(said.capacity, 60_000), ...said });

/** A quota that says what the test tells it to, and remembers what it was told. */
export function fakeBucket(clock: Clock, grant: (ask: Ask) => Reservation, usage: (nowMs: number) => UsageSaid) {
  const asks: Ask[] = [];
  const told: Readonly<Record<string, unknown>>[] = [];
  const bucket: TokenBucket & QuotaReader = {
    async reserve(account, ask) {
      const full = { n: asks.length, nowMs: clock.now(), account, ...ask };
      asks.push(full);
      return grant(full);
    },
    isPaused: async () => usage(clock.now()).pausedAtMs !== undefined,
    async moveLate(_account, spent) {
      told.push({ late: spent });
    },
    async answered(_account, call) {
      told.push({ answered: call });
    },
    async hold(_account, why, forMs) {
      told.push({ hold: why, ...(forMs !== undefined && { forMs }) });
    },
    async lift() {
      told.push({ lift: true });
    },
    async usage() {
      return withRoom(usage(clock.now()));
    },
  };
  return { bucket, asks, told };
}
