import { fieldName, readQuotaChange } from "../lib/api/quota-request.ts";
import { readBody } from "../lib/http/body.ts";
import { toQuotaBody } from "../lib/http/present-quota.ts";
import { readQuotaAction } from "../lib/http/query.ts";
import { readQuotaAccount } from "../lib/http/quota-account.ts";
import { messagesLeft } from "../lib/http/rate-limit.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuota } from "../lib/wire/quota.ts";

const { view, makeControl, accounts, door } = wireQuota(process.env);
const control = makeControl(fieldName);

/** PATCH /v1/quota changes limits; POST /v1/quota/pause and /resume stop and start all sending of an account. */
export const handler = route(door, async (request, caller) => {
  const account = readQuotaAccount(request, accounts);
  const event = readQuotaAction(request);
  await control(
    caller,
    account,
    event === "limits" ? { event, limits: readQuotaChange(readBody(request)) } : { event },
  );
  const quota = await view(account, true);
  return json(200, toQuotaBody(quota), messagesLeft(quota.policy, quota.usage, door.now()));
});
