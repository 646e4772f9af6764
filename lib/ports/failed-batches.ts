/** Batches that may hold final `failed` or `unknown` outcomes. An index: it may trail the rows by seconds. */
export interface FailedBatches {
  /**
   * First receivers of such batches, ascending, each once, `from` one of them at the earliest and below `to`; at most
   * `limit`.
   *
   * @param from a receiver id: batches whose first receiver is not below it
   * @param to exclusive; absent: to the end
   */
  list(run: string, range: Readonly<{ from: string; to?: string }>, limit: number): Promise<string[]>;
}
