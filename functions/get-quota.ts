import { toQuotaBody } from "../lib/http/present-quota.ts";
import { readQuotaAccount } from "../lib/http/quota-account.ts";
import { messagesLeft } from "../lib/http/rate-limit.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuota } from "../lib/wire/quota.ts";

const { view, accounts, door } = wireQuota(process.env);

/** GET /v1/quota: limits, used, reserved ahead, held or paused, what waits. Any client may see it; who changed it, an admin. */
export const handler = route(door, async (request, caller) => {
  const quota = await view(readQuotaAccount(request, accounts), caller.scopes.has("admin"));
  return json(200, toQuotaBody(quota), messagesLeft(quota.policy, quota.usage, door.now()));
});
