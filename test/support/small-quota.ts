/** Five batches in 6 s, so that there is something to control. */
export const SMALL_QUOTA = { messages: 2_500, windowMs: 6_000 };

/** The receivers of a full batch at that quota. */
export const BATCH = 440;
