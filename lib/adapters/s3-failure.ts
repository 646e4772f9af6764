import { Unavailable } from "../domain/errors.ts";
import { isBroken, nameOf, statusOf } from "./aws-failure.ts";

/** What a client is told to wait for when the bucket is away. */
export const RETRY_AFTER_S = 5;

/** 416: the object ends before the range begins. A bucket that does not exist answers 404 too, and no object is to blame. */
export function isMissing(error: unknown): boolean {
  if (nameOf(error) === "NoSuchBucket") return false;
  const status = statusOf(error);
  return status === 404 || status === 416;
}

/**
 * A failure of S3, of the network or by a deadline is `Unavailable`. So are missing rights: nothing can be read or written,
 * and neither the request nor the object is at fault. Anything else is a fault of ours, and is thrown as it is.
 */
export function awayOr(error: unknown): unknown {
  if (statusOf(error) === undefined && !isBroken(error)) return error;
  return new Unavailable(`the bucket is away: ${nameOf(error)}`, RETRY_AFTER_S, error);
}
