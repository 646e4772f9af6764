import { plus } from "../domain/outcome.ts";
import { NO_TALLY, type Tally } from "../domain/tally.ts";
import type { Tallies, TallyKey } from "../ports/tallies.ts";
import type { MemoryTable, MemoryTally } from "./memory-table.ts";

const NONE: MemoryTally = { ...NO_TALLY, lateClaims: new Set() };

export function memoryTallies(table: MemoryTable): Tallies {
  return {
    async read(run, numbers) {
      return numbers.map((n) => withoutClaims(at({ run, tally: n })));
    },

    async all(run) {
      return new Map([...(table.tallies.get(run) ?? [])].map(([n, tally]) => [n, withoutClaims(tally)]));
    },

    async count(key, { batch, counts, lateVersion }) {
      const tally = at(key);
      if (tally.counted.has(batch) || tally.lateVersion !== lateVersion) return undefined;
      const next = { ...tally, counts: plus(tally.counts, counts), counted: new Set([...tally.counted, batch]) };
      save(key, next);
      return withoutClaims(next);
    },

    async addLate(key, { batch, claimId, messageIds, corrected, seen }) {
      const tally = at(key);
      if (tally.lateClaims.has(claimId)) return true;
      if (tally.counted.has(batch) !== seen.counted || tally.lateVersion !== seen.lateVersion) return false;
      save(key, {
        ...tally,
        counts: plus(tally.counts, { sent: corrected, failed: 0, unknown: -corrected }),
        late: { ...messageIds, ...tally.late }, // the first answer for a receiver stands
        lateVersion: tally.lateVersion + 1,
        lateClaims: new Set([...tally.lateClaims, claimId]),
      });
      return true;
    },
  };

  function at({ run, tally }: Pick<TallyKey, "run" | "tally">): MemoryTally {
    return table.tallies.get(run)?.get(tally) ?? NONE;
  }

  function save({ run, tally }: TallyKey, next: MemoryTally): void {
    const tallies = table.tallies.get(run) ?? new Map<number, MemoryTally>();
    table.tallies.set(run, tallies.set(tally, next));
  }
}

const withoutClaims = ({ counts, counted, late, lateVersion }: MemoryTally): Tally => ({
  counts,
  counted,
  late,
  lateVersion,
});
