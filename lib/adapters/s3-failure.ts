import { AppError, Unavailable } from "../domain/errors.ts";

export const RETRY_AFTER_S = 5;

/**
 * A failure of S3, of the network or by a deadline is `Unavailable`. So are missing rights: nothing can be read or written,
 * and neither the request nor the object is at fault. Anything else is a fault of ours, and is thrown as it is.
 *
 * @param what is away
 */
export function toUnavailable(error: unknown, what: string): unknown {
  if (statusOfS3(error) === undefined && !isBroken(error)) return error;
  return new Unavailable(`${what} is away: ${nameOfS3(error)}`, RETRY_AFTER_S, error);
}

/** Connections that break have a code (ECONNRESET), deadlines a name. A code of Node's own (ERR_…) is a wrong call. */
const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof AppError) &&
  (/^(Abort|Timeout)Error$/.test(error.name) || /^(?!ERR_)./.test(codeOf(error)));

/** The status of an answer that was an error. */
export function statusOfS3(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

export const nameOfS3 = (error: unknown): string =>
  error instanceof Error ? codeOf(error) || error.name : String(error);

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");
