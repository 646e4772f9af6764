import type { Fault } from "./errors.ts";
import type { JobOptions } from "./job-request.ts";
import { startsAtMs } from "./send-window.ts";
import type { Text } from "./text.ts";

const DAY_MS = 24 * 3600 * 1000;
const PAST = "must be in the future";

/**
 * What is wrong with a request's times. Not part of reading the request, because a repetition under the same
 * Idempotency-Key is judged by the time of the first: what was in the future then may have passed since.
 *
 * @param nowMs when the first request under this key was made, epoch ms
 * @param ttlMs how far ahead a job may start
 */
export function timeFaults(
  { notBeforeMs, expiresAtMs, sendWindow }: Pick<JobOptions, "notBeforeMs" | "expiresAtMs" | "sendWindow">,
  nowMs: number,
  ttlMs: number,
): Fault[] {
  const faults: Fault[] = [];
  const fault = (name: string, detail: Text): void => void faults.push({ pointer: `/Options/${name}`, detail });
  if (notBeforeMs !== undefined) {
    if (notBeforeMs <= nowMs) fault("NotBefore", PAST);
    else if (notBeforeMs > nowMs + ttlMs) fault("NotBefore", `must be at most ${ttlMs / DAY_MS} days ahead`);
  }
  if (expiresAtMs !== undefined) {
    if (expiresAtMs <= nowMs) fault("ExpiresAt", PAST);
    else if (notBeforeMs !== undefined && expiresAtMs <= notBeforeMs) fault("ExpiresAt", "must be after NotBefore");
    else if (
      sendWindow &&
      startsAtMs({ ...(notBeforeMs !== undefined && { notBeforeMs }), sendWindow }, nowMs) >= expiresAtMs
    )
      fault("SendWindow", "does not open before ExpiresAt");
  }
  return faults;
}
