/** A request for a dispatch run. */
export type Nudge = Readonly<{ account: string; atMs: number }>;

/** Asks for dispatch runs, imports, and events to be published. What gets lost costs a delay: each is looked after each minute. */
export interface Nudges {
  /** @param delaySeconds 0 to 900 */
  dispatch(nudge: Nudge, delaySeconds: number): Promise<void>;
  /** Ask for a job's list to be imported. */
  import(job: string): Promise<void>;
  /** Ask for a job's events to be published. */
  publish(job: string): Promise<void>;
}
