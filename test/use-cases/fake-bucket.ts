import type { Lane } from "../../lib/domain/job.ts";
import type { Clock, Reservation, TokenBucket } from "../../lib/use-cases/deliver.ts";

export type Ask = Readonly<{ n: number; count: number; lane: Lane; nowMs: number }>;

export const granted = (slotMs: number, count: number, probe = false): Reservation => ({
  kind: "granted",
  slotMs,
  granted: count,
  probe,
});

/** A quota that says what the test tells it to, and remembers what it was told. */
export function fakeBucket(clock: Clock, grant: (ask: Ask) => Reservation) {
  const asks: Ask[] = [];
  const told: Readonly<Record<string, unknown>>[] = [];
  const bucket: TokenBucket = {
    async reserve(account, { count, lane }) {
      const ask = { n: asks.length, count, lane, nowMs: clock.now(), account };
      asks.push(ask);
      return grant(ask);
    },
    async moveLate(_account, spent) {
      told.push({ late: spent });
    },
    async hold(_account, why) {
      told.push({ hold: why });
    },
    async lift() {
      told.push({ lift: true });
    },
  };
  return { bucket, asks, told };
}
