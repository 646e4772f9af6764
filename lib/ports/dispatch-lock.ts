export type LockAnswer =
  | Readonly<{ kind: "taken"; token: string }>
  /** Another run is under way, or was a moment ago: ask again at `untilMs`. `lastStartMs`: when the last run began. */
  | Readonly<{ kind: "busy"; untilMs: number; lastStartMs: number }>;

/** Keeps dispatch runs of one account apart. Not needed for safety: two runs at once only lose writes to each other. */
export interface DispatchLock {
  /** Take the lock for at most `leaseMs`, if it is free and the last run began at least `gapMs` ago. */
  take(account: string, times: Readonly<{ nowMs: number; leaseMs: number; gapMs: number }>): Promise<LockAnswer>;
  release(account: string, token: string): Promise<void>;
}
