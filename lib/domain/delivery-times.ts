/** A job that was read longer ago is read again before a claim, so that a pause or a cancel is in force before the next send. */
export const REREAD_AFTER_MS = 1_000;

/** An express task waits at most this long for its slot inside a worker; for a longer wait it goes back to its queue. */
export const EXPRESS_WAIT_MS = 5_000;

/** After the call's own timeout: time to move late tokens and to record. */
const LEASE_EXTRA_MS = 5_000;

/** How long a claim lasts: the call's timeout (connecting included), moving late tokens, recording. */
export const leaseMs = (callTimeoutMs: number): number => callTimeoutMs + LEASE_EXTRA_MS;

/** Pause before the same attempt when a call did not reach the upstream. */
export const NOT_SENT_PAUSE_MS = 5_000;

/** Pause before an express task whose account was paused a moment ago asks again. */
export const PAUSED_PAUSE_MS = 5_000;

/** Whoever waits for quota looks again after this, whatever it was told: the limit may have been changed meanwhile. */
export const LONGEST_LOOK_MS = 15_000;

/**
 * So long before its slot a call's socket is seen to: it may have been closed while the task waited. Enough to open another,
 * and short enough that nobody closes it again before the slot.
 */
export const READY_AHEAD_MS = 1_000;
