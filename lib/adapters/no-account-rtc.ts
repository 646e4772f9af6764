import type { NotReady, Rtc } from "../ports/rtc.ts";

const REFUSED: NotReady = { kind: "refused", why: "not-sent", code: "AccountNotConfigured", holds: true };

/**
 * The upstream of an account that is not in the settings any more: nothing is sent, and nothing is lost. Its jobs wait until the
 * account is there again, or they are canceled.
 */
export const noAccountRtc: Rtc = { prepare: async () => REFUSED, send: async () => REFUSED };
