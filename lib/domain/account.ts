/** Whose quota is spent. The vendor documents it per Volcengine account, shared by all its AppIds. */
export type QuotaScope = "account" | "app";

/** The name under which the quota of a message to `appId` is kept. */
export const accountOf = (scope: QuotaScope, appId: number): string => (scope === "app" ? `app-${appId}` : "account");
