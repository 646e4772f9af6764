import { retryAfterMs } from "./retry-after.ts";

export type RetryOptions = Readonly<{
  /** How often a request is made, the first time included. @default 5 */
  tries?: number;
  /** Until the answer begins, each try. @default 30000 */
  timeoutMs?: number;
  /** Wait before the second try where the answer does not say how long; twice as long before each next. @default 250 */
  backoffMs?: number;
  fetch?: (request: Request) => Promise<Response>;
}>;

/** Nothing was done: any request may be made again. */
const NOTHING_DONE: readonly number[] = [429, 503];
/** A gateway does not know what was done behind it. */
const PERHAPS_DONE: readonly number[] = [502, 504];
/** Longer than this nobody waits, whatever the answer asks for. */
const MAX_WAIT_MS = 30_000;

/**
 * `fetch` that makes a request again: after 429 and 503 always; after a failure of the network, a timeout, 502 and 504 if the
 * request is known to be the same the second time (GET, a retry of a job, or with an Idempotency-Key).
 *
 * With the defaults it waits about 4 s in all where answers do not ask for more.
 *
 * @throws what `fetch` throws, of the last try; the reason of the request's signal at once
 */
export function retryingFetch(options: RetryOptions = {}): (request: Request) => Promise<Response> {
  const { tries = 5, timeoutMs = 30_000, backoffMs = 250, fetch = globalThis.fetch } = options;

  return async function send(request) {
    for (let left = tries - 1, waitMs = backoffMs; ; left--, waitMs *= 2) {
      const made = await attempt(request, left > 0);
      if (made.kind === "failed") {
        if (left <= 0 || request.signal.aborted || !isRepeatable(request)) throw made.error;
      } else if (left <= 0 || !isWorthATry(made.response, request)) return made.response;
      const asked = made.kind === "answered" ? retryAfterMs(made.response.headers, Date.now()) : undefined;
      if (made.kind === "answered") await made.response.body?.cancel();
      await pause(Math.min(asked ?? waitMs * (0.5 + Math.random() / 2), MAX_WAIT_MS), request.signal);
    }
  };

  async function attempt(request: Request, keeps: boolean): Promise<Attempt> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException("no answer in time", "TimeoutError")), timeoutMs);
    try {
      const mine = new Request(keeps ? request.clone() : request, {
        signal: AbortSignal.any([request.signal, late.signal]),
      });
      return { kind: "answered", response: await fetch(mine) };
    } catch (error) {
      return { kind: "failed", error };
    } finally {
      clearTimeout(timer);
    }
  }
}

type Attempt = Readonly<{ kind: "answered"; response: Response }> | Readonly<{ kind: "failed"; error: unknown }>;

const isWorthATry = ({ status }: Response, request: Request): boolean =>
  NOTHING_DONE.includes(status) || (PERHAPS_DONE.includes(status) && isRepeatable(request));

const isRepeatable = ({ method, url, headers }: Request): boolean =>
  method === "GET" || headers.has("idempotency-key") || new URL(url).pathname.endsWith("/retry");

/** @throws the reason of `signal` as soon as it is aborted */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
