import { dataOf, type Http } from "./connect.ts";
import type { Call, Quota, QuotaChange } from "./types.ts";

/** `appId`: where each app has a quota of its own. */
export type QuotaCall = Call & Readonly<{ appId?: number }>;

/** What can be done with an account's quota. To change it takes the scope `admin`. */
export function quotaOn(http: Http) {
  const of = ({ appId, signal }: QuotaCall) => ({
    params: { query: appId === undefined ? {} : { AppId: appId } },
    ...(signal && { signal }),
  });
  return {
    /** How much of the vendor's quota is used. */
    quota: (call: QuotaCall = {}): Promise<Quota> => dataOf(http.GET("/v1/quota", of(call))),
    /** New limits, from the next reservation on. */
    setQuota: (body: QuotaChange, call: QuotaCall = {}): Promise<Quota> =>
      dataOf(http.PATCH("/v1/quota" as never, { ...of(call), body } as never)),
    /** Nothing is sent on the account until it is resumed. */
    pauseQuota: (call: QuotaCall = {}): Promise<Quota> =>
      dataOf(http.POST("/v1/quota/pause" as never, of(call) as never)),
    resumeQuota: (call: QuotaCall = {}): Promise<Quota> =>
      dataOf(http.POST("/v1/quota/resume" as never, of(call) as never)),
  };
}
