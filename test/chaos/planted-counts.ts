import type { MemoryTally } from "../../lib/adapters/memory-table.ts";
import { type Counts, plus } from "../../lib/domain/outcome.ts";
import type { TallyKey } from "../../lib/ports/tallies.ts";
import type { Focus, Mistake } from "./ports.ts";
import { inRoles, remembering } from "./sabotage.ts";
import type { Store } from "./store.ts";

const LATE_ANSWERS: Focus = {
  often: ["stalledAfterCall", "slowCount", "slow"],
  settings: { callTimeoutMs: 1_000, strayMs: 0 },
};

/** Mistakes about counts, late answers and what readers are told. */
export const PLANTED_IN_COUNTS: Readonly<Record<string, Mistake>> = {
  "a batch is counted as often as it is told": inRoles(["deliver", "dispatch"], ({ tallies }, { store }) => ({
    tallies: {
      ...tallies,
      async count(key, change) {
        return (await tallies.count(key, change)) ?? countAgain(store, key, change.counts);
      },
    },
  })),

  "a count does not heed late answers": inRoles(
    ["deliver", "dispatch"],
    ({ tallies }, { store }) => ({
      tallies: {
        ...tallies,
        count: (key, change) =>
          tallies.count(key, { ...change, lateVersion: tallyNow(store, key)?.lateVersion ?? change.lateVersion }),
      },
    }),
    LATE_ANSWERS,
  ),

  "a late answer does not correct the counts": inRoles(
    ["deliver"],
    ({ tallies }) => ({
      tallies: { ...tallies, addLate: (key, late) => tallies.addLate(key, { ...late, corrected: 0 }) },
    }),
    LATE_ANSWERS,
  ),

  "a late answer corrects the counts twice": inRoles(
    ["deliver"],
    ({ tallies }, { store }) => ({
      tallies: {
        ...tallies,
        async addLate(key, late) {
          const added = await tallies.addLate(key, late);
          const { corrected } = late;
          if (added) countAgain(store, key, { sent: corrected, failed: 0, unknown: -corrected });
          return added;
        },
      },
    }),
    LATE_ANSWERS,
  ),

  "late answers are lost": inRoles(["deliver"], ({ rows, tallies }) => ({
    rows: { ...rows, addLate: async () => {} },
    tallies: { ...tallies, addLate: async () => true },
  })),

  "a reader reads the rows before the job": remembering(
    ["query"],
    () =>
      ({ jobs, rows, tallies }, { agenda, store }) => {
        let seen: Pick<Store["table"], "rows" | "tallies"> | undefined;
        return {
          jobs: {
            ...jobs,
            async find(id) {
              const { run = "" } = store.table.jobs.get(id) ?? {};
              const theirs = store.table.rows.get(run);
              const tally = store.table.tallies.get(run);
              seen = {
                rows: new Map(theirs && [[run, new Map(theirs)]]),
                tallies: new Map(tally && [[run, new Map(tally)]]),
              };
              await agenda.sleep(4_000);
              return jobs.find(id);
            },
          },
          rows: { ...rows, read: async (run, firsts) => (seen ? firsts.map((first) => rowsIn(seen, run, first)) : []) },
          tallies: {
            ...tallies,
            read: async (run, numbers) => numbers.map((n) => seen?.tallies.get(run)?.get(n) ?? NONE),
            all: async (run) => new Map(seen?.tallies.get(run)),
          },
        };
      },
    { settings: { adversary: 0.3 } },
  ),
};

const NONE: MemoryTally = {
  counts: { sent: 0, failed: 0, unknown: 0 },
  counted: new Set(),
  late: {},
  lateVersion: 0,
  lateClaims: new Set(),
};
const NO_ROW = { version: 0, results: [], late: {} };

const rowsIn = (seen: Pick<Store["table"], "rows"> | undefined, run: string, first: string) =>
  seen?.rows.get(run)?.get(first) ?? { batch: NO_ROW, retry: NO_ROW };

const tallyNow = ({ table }: Store, { run, tally }: TallyKey) => table.tallies.get(run)?.get(tally);

/** Add counts to a tally that the store itself would not add again. */
function countAgain(store: Store, key: TallyKey, counts: Counts): MemoryTally | undefined {
  const now = tallyNow(store, key);
  if (!now) return undefined;
  const next = { ...now, counts: plus(now.counts, counts) };
  store.table.tallies.get(key.run)?.set(key.tally, next);
  return next;
}
