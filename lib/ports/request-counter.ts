/** Whether a request is within its client's limit. `resetMs`: when the next minute begins, epoch ms. */
export type Counted = Readonly<{ allowed: boolean; resetMs: number }>;

/** Requests of a client in the minute of the clock, counted for all functions together. */
export interface RequestCounter {
  /** Count one request, unless `limit` have been counted in this minute. @throws {Unavailable} if the table is away */
  take(clientId: string, limit: number, nowMs: number): Promise<Counted>;
}
