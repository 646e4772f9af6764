import type { JobEvent } from "./job-event.ts";

/**
 * Where the last event stands that was to be POSTed.
 *
 * - `waiting`: it is still to be delivered, or there was none yet.
 * - `delivered`: it was answered with 2xx.
 * - `failed`: it was tried for a day and given up. A later event is tried anew.
 * - `ended`: it was answered with 410. Nothing more is sent unless somebody asks for it.
 */
export const CALLBACK_STATES = ["waiting", "delivered", "failed", "ended"] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

/** A job's callback. Times are epoch ms. */
export type Callback = Readonly<{
  url: string;
  state: CallbackState;
  /** How often the last event was tried. */
  attempts: number;
  /** When that event was tried first; until then when the job was made. */
  sinceMs: number;
  /** No earlier than this is it tried again. */
  nextAtMs?: number;
  lastStatus?: number;
  /** A short name such as `CallTimeout`. */
  lastError?: string;
  /** The last event that is done with: what `resend` sends. */
  last?: JobEvent;
}>;

export const newCallback = (url: string, nowMs: number): Callback => ({
  url,
  state: "waiting",
  attempts: 0,
  sinceMs: nowMs,
});

/** A callback's address as it is shown: without its query, which may hold a key. @param url as the job has it */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
