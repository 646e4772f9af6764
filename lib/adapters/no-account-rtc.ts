import type { Rtc } from "../ports/rtc.ts";

/**
 * The upstream of an account that is not in the settings any more: nothing is sent, and nothing is lost. Its jobs wait until the
 * account is there again, or they are canceled. It refuses where an upstream would: the hold that follows is seen before the next
 * reservation, so nobody asks again and again.
 */
export const noAccountRtc: Rtc = {
  prepare: async () => undefined,
  send: async () => ({ kind: "refused", why: "not-sent", code: "AccountNotConfigured", holds: true }),
};
