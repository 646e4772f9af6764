import { retryAfterMs } from "./retry-after.ts";

/** One thing that is wrong: a JSON pointer into the body, or `?name` of a query parameter, and what. */
export type Fault = Readonly<{ pointer: string; detail: string }>;

/**
 * An answer that is no success: the problem document (RFC 9457) that came with it. Failures of the network are not of this
 * class: they stay what `fetch` throws.
 */
export class VolleyError extends Error {
  override readonly name = "VolleyError";
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Everything that is wrong with the request, the first hundred of `total`. */
  readonly errors: readonly Fault[];
  readonly total: number;
  /** After this the same request may succeed. */
  readonly retryAfterMs: number | undefined;

  /** @param body the parsed problem document; anything else (a proxy's page) is taken as text */
  constructor(response: Readonly<{ status: number; statusText: string; headers: Headers }>, body: unknown) {
    const problem: Readonly<Record<string, unknown>> = typeof body === "object" && body !== null ? { ...body } : {};
    const title = textIn(problem["title"]) ?? response.statusText;
    const detail = textIn(problem["detail"]) ?? textIn(body)?.slice(0, 500) ?? title;
    super(`${response.status} ${title}: ${detail}`);
    this.status = response.status;
    this.title = title;
    this.detail = detail;
    this.errors = Array.isArray(problem["errors"]) ? problem["errors"] : [];
    this.total = typeof problem["total"] === "number" ? problem["total"] : this.errors.length;
    this.retryAfterMs = retryAfterMs(response.headers, Date.now());
  }
}

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
