/** What the form of a nudge is now. Raised when a new form has to be told from it. */
export const NUDGE_VERSION = 1;
