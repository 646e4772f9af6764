import { type Fault, VolleyError } from "../../sdk/src/volley-error.ts";

/** Why a request came to nothing, as far as a reader has to tell the cases apart. */
export type Failure =
  | Readonly<{ kind: "lost" }>
  | Readonly<{ kind: "unauthorized"; detail: string }>
  | Readonly<{ kind: "refused"; status: number; detail: string; faults: readonly Fault[]; total: number }>;

/** @param error what a call threw: the API's own refusal, or a failure of the network */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof VolleyError)) return { kind: "lost" };
  if (error.status === 401) return { kind: "unauthorized", detail: error.detail };
  const { status, detail, errors, total } = error;
  return { kind: "refused", status, detail, faults: errors, total };
}

const SLOWEST_MS = 15_000;

/**
 * How long to wait before the next try.
 *
 * @param failures in a row; each doubles the wait
 * @param error the last of them: what it asks for is kept
 */
export function waitMs(everyMs: number, failures: number, error?: unknown): number {
  const asked = error instanceof VolleyError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, Math.min(everyMs * 2 ** failures, Math.max(everyMs, SLOWEST_MS)));
}
