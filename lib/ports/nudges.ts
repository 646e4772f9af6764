/** A request for a dispatch run. */
export type Nudge = Readonly<{ account: string; atMs: number }>;

/** Asks for dispatch runs, and for imports. What gets lost costs a delay: dispatch looks after everything each minute. */
export interface Nudges {
  /** @param delaySeconds 0 to 900 */
  dispatch(nudge: Nudge, delaySeconds: number): Promise<void>;
  /** Ask for a job's list to be imported. */
  import(job: string): Promise<void>;
}
