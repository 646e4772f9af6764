import type { ScaleScenario } from "./scale-scenario.ts";
import { NEW_TABLE_UNITS } from "./scale-table.ts";

/** What bench:scale simulates. */
export const RECEIVERS = 100_000_000;
export const SEED = 1;
/** Write units a second of a table that was warmed for it, and the partitions that many jobs at once lie in. */
export const WARM = { tableUnits: 40_000, partitions: 16 };
const NEW = { tableUnits: NEW_TABLE_UNITS, partitions: 1 };
/** Minutes of each point: two to come to rest, two to measure. */
export const MINUTES = 4;

export type Part = Omit<ScaleScenario, "receivers">;

/** The whole job, with about the least workers that use the quota up. */
export const WHOLE: readonly Part[] = [
  { quota: 12_000, workers: 2, tasks: 4, ...NEW },
  { quota: 1_200_000, workers: 10, tasks: 4, ...NEW },
  { quota: 12_000_000, workers: 30, tasks: 10, ...WARM },
];

/** One job, whose rows have one partition key: whatever the quota is. */
export const ALONE: Part = { quota: 12_000_000, workers: 100, tasks: 4, minutes: MINUTES, ...WARM, partitions: 1 };

export const QUOTAS = [12_000, 1_200_000, 12_000_000] as const;
export const WORKERS = [2, 10, 20, 50, 100, 200, 500] as const;

/** One point of a curve: so many workers share one quota item. */
export const pointOf = (quota: number, workers: number, tasks: number): Part => ({
  ...{ quota, workers, tasks, minutes: MINUTES },
  ...WARM,
});

/** As it is; larger workers; these asking for all that wait in one write, which is a lease of ten batches; shards of the limit. */
export const THEN: readonly Part[] = [{}, { tasks: 10 }, { tasks: 10, lease: 10 }, { shards: 2 }, { shards: 4 }].map(
  (part) => ({ ...pointOf(12_000_000, 500, 4), ...part }),
);
