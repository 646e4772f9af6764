/** Jobs whose events are still to be sent. An index: it may trail the items by seconds. */
export interface DueOutboxes {
  /** Ids of jobs that the publisher has to look at until `untilMs`, the longest due first; at most `limit`. */
  due(untilMs: number, limit: number): Promise<string[]>;
}
