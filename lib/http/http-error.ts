import { ToldError } from "../domain/errors.ts";
import type { Text } from "../domain/text.ts";

/** `headers` go with the answer. `vendorCode`: how the vendor's own API names this failure. */
export type HttpFacts = Readonly<{ headers?: Readonly<Record<string, string>>; vendorCode?: string }>;

/** Errors that only HTTP knows: who asks, how often, the method, the size or form of the request. */
export class HttpError extends ToldError {
  override readonly name = "HttpError"; // a literal: minifiers rewrite constructor.name
  readonly code = "HTTP_ERROR";
  /** 401 who asks, 404 no such action, 405 method, 406 form of the answer, 413 size, 415 form of the body, 429 too many, 431 headers too large. */
  readonly status: 401 | 404 | 405 | 406 | 413 | 415 | 429 | 431;
  readonly facts: HttpFacts;

  constructor(status: HttpError["status"], message: Text, facts: HttpFacts = {}) {
    super(message);
    this.status = status;
    this.facts = facts;
  }
}
