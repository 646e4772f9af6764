import { AppError } from "../domain/errors.ts";
import { HttpError } from "./http-error.ts";

/** By the code of an error. A code that is not listed is a fault of ours: 500. */
const STATUS: Readonly<Record<string, number>> = {
  MALFORMED: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LATE: 409,
  INVALID: 422,
  LIST_DAMAGED: 500,
  UNAVAILABLE: 503,
  STORE_CONTENDED: 503,
};

/** The status that answers a failure, whoever threw it. */
export function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  return error instanceof AppError ? (STATUS[error.code] ?? 500) : 500;
}
