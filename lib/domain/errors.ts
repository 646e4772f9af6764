/** One thing wrong with a request: where (an RFC 6901 JSON pointer into the body, or `?name` for a query parameter) and what. */
export type Fault = Readonly<{ pointer: string; detail: string }>;

/** Every failure raised on purpose. `code` is a contract: logs, alarms and tests match it, never the message. */
export abstract class AppError extends Error {
  abstract readonly code: string;
}

/** A setting is missing or out of range. Raised at cold start, naming every bad setting at once. */
export class BadConfig extends AppError {
  override readonly name = "BadConfig"; // a literal: minifiers rewrite constructor.name
  readonly code = "BAD_CONFIG";
}

/**
 * The client asked for something that cannot be done. `status` is the HTTP status (RFC 9110) that says so, `faults`
 * names everything wrong at once: the first 100, `total` counts all.
 */
export class BadRequest extends AppError {
  override readonly name = "BadRequest";
  readonly code = "BAD_REQUEST";
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly total: number;
  /** Asking again after so many seconds may help. */
  readonly retryAfterS: number | undefined;

  constructor(
    status: number,
    message: string,
    faults: readonly Fault[] = [],
    { total = faults.length, retryAfterS }: { total?: number; retryAfterS?: number } = {},
  ) {
    super(message);
    this.retryAfterS = retryAfterS;
    this.status = status;
    this.faults = faults;
    this.total = total;
  }
}

/** Another writer changed the same item first, more often than is worth trying again. The queue brings the work back. */
export class StoreContended extends AppError {
  override readonly name = "StoreContended";
  readonly code = "STORE_CONTENDED";
}
