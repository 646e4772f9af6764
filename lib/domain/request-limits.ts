/** What Lambda takes in one invocation. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** A gzip body of the largest size unpacks to about 13 MB of random ids; far more than that is an attack. */
export const MAX_OPENED_BYTES = 32 * 1024 * 1024;
