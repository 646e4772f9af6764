import { readReservation } from "../lib/api/quota-request.ts";
import { readBody } from "../lib/http/body.ts";
import { HttpError } from "../lib/http/http-error.ts";
import { toReservationBody } from "../lib/http/present-quota.ts";
import { readQuotaAccount } from "../lib/http/quota-account.ts";
import { quotaUsed } from "../lib/http/rate-limit.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuota } from "../lib/wire/quota.ts";

const { reserve, accounts, door } = wireQuota(process.env);

/** POST /v1/quota/reservations: a slot for a call that is made with other means than Volley, or when to ask again. */
export const handler = route(door, async (request, caller) => {
  const account = readQuotaAccount(request, accounts);
  const slot = await reserve(caller, account, readReservation(readBody(request)));
  if (slot.kind === "granted") return json(200, toReservationBody(slot));
  const { policy, usage, retryAfterMs } = slot;
  throw new HttpError(429, "the quota has no room now", quotaUsed(policy, usage, { nowMs: door.now(), retryAfterMs }));
});
