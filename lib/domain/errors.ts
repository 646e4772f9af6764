import type { Text } from "./text.ts";

/** One thing wrong with a request: where (an RFC 6901 JSON pointer into the body, or `?name` for a query parameter) and what. */
export type Fault = Readonly<{ pointer: string; detail: Text }>;

export const fault = (pointer: string, detail: Text): Fault => ({ pointer, detail });

/** Every failure raised on purpose. `code` is a contract: logs, alarms and tests match it, never the message. */
export abstract class AppError extends Error {
  abstract readonly code: string;
}

/** A setting is missing or out of range. Raised at cold start, naming every bad setting at once. */
export class BadConfig extends AppError {
  override readonly name = "BadConfig"; // a literal: minifiers rewrite constructor.name
  readonly code = "BAD_CONFIG";
}

/** What a client is told in full, in its language: each text of it has both. */
export abstract class ToldError extends AppError {
  declare readonly message: Text;

  constructor(message: Text) {
    super(message);
  }
}

/** The request cannot be read at all: it is not JSON, or not the kind of JSON that is expected. */
export class Malformed extends ToldError {
  override readonly name = "Malformed";
  readonly code = "MALFORMED";
}

/** The request can be read, and has wrong values. `faults` are the first 100 of them, `total` counts all. */
export class Invalid extends ToldError {
  override readonly name = "Invalid";
  readonly code = "INVALID";
  readonly faults: readonly Fault[];
  readonly total: number;

  constructor(message: Text, faults: readonly Fault[] = [], total: number = faults.length) {
    super(message);
    this.faults = faults;
    this.total = total;
  }
}

/** What the request is about does not exist, or not for this caller. */
export class NotFound extends ToldError {
  override readonly name = "NotFound";
  readonly code = "NOT_FOUND";
}

/** "No such job" is said in this one place. */
export const noSuchJob = (id: string): NotFound => new NotFound(`there is no job ${id}`);

/** The request does not fit the present state of what it is about. */
export class Conflict extends ToldError {
  override readonly name = "Conflict";
  readonly code = "CONFLICT";
}

/** A job could not end before its ExpiresAt, or nobody knows whether it could, and was not to be made then. */
export class TooLate extends ToldError {
  override readonly name = "TooLate";
  readonly code = "TOO_LATE";
  /** When it would end, epoch ms, and in how many seconds: an estimate. Absent where nobody can say. */
  readonly estimate: Readonly<{ endsAtMs: number; seconds: number }> | undefined;

  constructor(message: Text, estimate?: Readonly<{ endsAtMs: number; seconds: number }>) {
    super(message);
    this.estimate = estimate;
  }
}

/** The caller may not do this. `faults`: what of the request it may not ask for. */
export class Forbidden extends ToldError {
  override readonly name = "Forbidden";
  readonly code = "FORBIDDEN";
  readonly faults: readonly Fault[];

  constructor(message: Text, faults: readonly Fault[] = []) {
    super(message);
    this.faults = faults;
  }
}

/** A service that is needed is away. Nothing was done; the same request after `retryAfterS` seconds may succeed. */
export class Unavailable extends AppError {
  override readonly name = "Unavailable";
  readonly code = "UNAVAILABLE";
  readonly retryAfterS: number;

  constructor(message: string, retryAfterS: number, cause?: unknown) {
    super(message, { cause });
    this.retryAfterS = retryAfterS;
  }
}

/** Other writers changed the same item first, every time. The queue brings the work back. */
export class StoreContended extends AppError {
  override readonly name = "StoreContended";
  readonly code = "STORE_CONTENDED";
}

/** A stored receiver list is not the one that its job names: missing, short, unsorted or of another length. */
export class ListDamaged extends AppError {
  override readonly name = "ListDamaged";
  readonly code = "LIST_DAMAGED";
  /** Name of the object. */
  readonly list: string;

  constructor(list: string, what: string) {
    super(`receiver list ${list} is damaged: ${what}`);
    this.list = list;
  }
}
