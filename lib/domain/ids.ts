/** The form of a job's id: 25 characters of 0-9a-z when Volley makes it. */
export const JOB_ID = /^[0-9a-z]{20,40}$/;

/** The form of an id that is drawn at random: runs, shares, claims. */
export const DRAWN_ID = /^[0-9a-z]{8,40}$/;
