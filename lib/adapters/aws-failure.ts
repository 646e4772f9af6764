import { AppError } from "../domain/errors.ts";

/** Connections that break have a code (ECONNRESET), deadlines a name. A code of Node's own (ERR_…) is a wrong call. */
export const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof AppError) &&
  (/^(Abort|Timeout)Error$/.test(error.name) || /^(?!ERR_)./.test(codeOf(error)));

/** The status of an answer that was an error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

export const nameOf = (error: unknown): string =>
  error instanceof Error ? codeOf(error) || error.name : String(error);

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");
