export type ScaleScenario = Readonly<{
  receivers: number;
  /** Messages a minute of the account. */
  quota: number;
  /** Instances of the bulk function at most, and tasks to one: what one write of the quota item can serve. */
  workers: number;
  tasks: number;
  /** Items that the quota is split over, each with its part of the limit. */
  shards?: number;
  /** Of those tasks of a worker that wait, so many ask in one write. @default 1 */
  lease?: number;
  /** Write units a second that the results table takes: 4,000 of a new one, or more once it is warm. */
  tableUnits: number;
  /** Partitions that the rows of the job lie in. A job's rows have one partition key. @default 1 */
  partitions?: number;
  /** End here if the job has not. */
  minutes?: number;
}>;

export type ScaleResult = Readonly<{
  minutes: number;
  sent: number;
  /** Share of the quota used from the third minute on. */
  use: number;
  /** The most the upstream counted in any minute. */
  peak: number;
  /** Of one quota item: writes and write units a second, share of writes that lost against another, bytes at most. */
  writesASecond: number;
  unitsASecond: number;
  lostShare: number;
  itemBytes: number;
  /** Calls a second that were throttled: on the quota items, on the results table. */
  throttledQuota: number;
  throttledResults: number;
  /** Slots that passed before the call could leave, share of all. */
  missedShare: number;
  /** What the results table took, units a second. */
  resultsUnits: number;
  /** Calls that were answered later than the margin, share of all. */
  lateShare: number;
  /** The most that shares took in the job item, KB of 400. */
  sharesKB: number;
}>;
