import { dataOf, type Http } from "./connect.ts";
import type { Call, Quota, QuotaChange, Reservation, ReservationRequest } from "./types.ts";

/** Whose quota: `appId` where each app has one of its own, `account` by its name; else the only one there is. */
export type OfAccount = Call & Readonly<{ appId?: number; account?: string }>;

/** The quota, to be called for how much of it is used. Every function throws {@link VolleyError} for an answer that is no success. */
export function quotaOn(http: Http) {
  const of = ({ appId, account, signal }: OfAccount) => ({
    params: {
      query: { ...(appId !== undefined && { AppId: appId }), ...(account !== undefined && { Account: account }) },
    },
    ...(signal && { signal }),
  });

  /** How much of the vendor's quota is used, and what waits for it. */
  const get = (call: OfAccount = {}): Promise<Quota> => dataOf(http.GET("/v1/quota", of(call)));

  return Object.assign(get, {
    /** Change limits without a deploy; null takes one back to the setting. Needs the scope `admin`. */
    change(limits: QuotaChange, call: OfAccount = {}): Promise<Quota> {
      return dataOf(http.PATCH("/v1/quota", { ...of(call), body: limits }));
    },

    /** Stop all sending of the account: once it is answered nothing leaves any more. Needs the scope `admin`. */
    pause(call: OfAccount = {}): Promise<Quota> {
      return dataOf(http.POST("/v1/quota/pause", of(call)));
    },

    /** Go on sending. Needs the scope `admin`. */
    resume(call: OfAccount = {}): Promise<Quota> {
      return dataOf(http.POST("/v1/quota/resume", of(call)));
    },

    /**
     * A slot for a call that is made without Volley: not before `WaitMs` from now, and `WithinMs` after that at the latest. While
     * there is none it asks again when it is told to, as every request does that is answered with 429.
     */
    reserve(request: ReservationRequest, call: OfAccount = {}): Promise<Reservation> {
      return dataOf(http.POST("/v1/quota/reservations", { ...of(call), body: request }));
    },
  });
}
