/**
 * Deadlines of one try of a call to AWS, ms. Without `throwOnRequestTimeout` the SDK only prints a warning and waits on;
 * `requestTimeout` ends with the head of an answer, and `socketTimeout` then bounds each silence in its body.
 */
type Deadlines = Readonly<{
  connectionTimeout: number;
  requestTimeout: number;
  socketTimeout: number;
  throwOnRequestTimeout: true;
}>;

/**
 * DynamoDB, SQS, EventBridge and Secrets Manager answer within milliseconds. Four tries take 8 to 10 s: a write that nobody
 * answers and the read after it fit into every function's timeout, and two tries into the 5 s that are kept for a record.
 */
export const SMALL_CALL: Deadlines = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  socketTimeout: 2_000,
  throwOnRequestTimeout: true,
};

/** A million receivers are 8 MB. The adapter bounds a call with all its tries. */
export const BUCKET_CALL: Deadlines = {
  connectionTimeout: 1_000,
  requestTimeout: 8_000,
  socketTimeout: 8_000,
  throwOnRequestTimeout: true,
};
