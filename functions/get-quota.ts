import { accountOf } from "../lib/domain/account.ts";
import { toQuotaBody } from "../lib/http/present.ts";
import { readAppId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuota } from "../lib/wire/quota.ts";

const { usage, quota, quotaScope, door } = wireQuota(process.env);

/** GET /v1/quota: used in the last window, reserved ahead, held until. Any client may see it. */
export const handler = route(door, async (request) => {
  const account = accountOf(quotaScope, readAppId(request, quotaScope === "app"));
  return json(200, toQuotaBody(account, quota, await usage(account)));
});
