import { toQuotaBody } from "../lib/http/present.ts";
import { readQuotaAccount } from "../lib/http/quota-account.ts";
import { messagesLeft } from "../lib/http/rate-limit.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuota } from "../lib/wire/quota.ts";

const { usage, quotaOf, accounts, door } = wireQuota(process.env);

/** GET /v1/quota: used in the last window, reserved ahead, held until. Any client may see it. */
export const handler = route(door, async (request) => {
  const account = readQuotaAccount(request, accounts);
  const quota = quotaOf(account);
  const used = await usage(account);
  return json(200, toQuotaBody(account, quota, used), messagesLeft(quota, used, door.now()));
});
