import type { Usage } from "../domain/quota/token-bucket.ts";
import type { HttpFacts } from "./http-error.ts";
import type { Quota } from "./present.ts";

/** The window in which a client's requests are counted, seconds. */
const REQUESTS_WINDOW_S = 60;

/**
 * What is left of the vendor's quota, as headers. `r`: messages that nobody has used or reserved; none while the account is
 * held. `t`: after so many seconds there are more; left out if all of the quota is there.
 *
 * @param nowMs epoch ms
 * @see draft-ietf-httpapi-ratelimit-headers-10 sections 3 and 4
 */
export function messagesLeft(
  { messages, windowMs }: Pick<Quota, "messages" | "windowMs">,
  { used, reservedAhead, capacity, heldUntilMs, returnsAtMs }: Usage,
  nowMs: number,
): Record<string, string> {
  const left = heldUntilMs === undefined ? Math.max(0, capacity - used - reservedAhead) : 0;
  const moreAtMs = heldUntilMs ?? returnsAtMs;
  const reset = moreAtMs === undefined ? "" : `;t=${wholeSeconds(moreAtMs - nowMs)}`;
  return {
    "ratelimit-policy": `"messages";q=${messages};w=${Math.max(1, wholeSeconds(windowMs))}`,
    ratelimit: `"messages";r=${left}${reset}`,
  };
}

/**
 * The headers of a 429: the client has made all the requests of its minute.
 *
 * @param limit requests a minute
 * @param resetS seconds until it may make another one
 */
export const requestsLimited = (limit: number, resetS: number): HttpFacts => ({
  headers: {
    "ratelimit-policy": `"requests";q=${limit};w=${REQUESTS_WINDOW_S}`,
    ratelimit: `"requests";r=0;t=${resetS}`,
    "retry-after": String(resetS),
  },
});

const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));
