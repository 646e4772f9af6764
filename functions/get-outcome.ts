import { toOutcomeBody } from "../lib/http/present.ts";
import { readJobId, readUserId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuery } from "../lib/wire/query.ts";

const { query, door } = wireQuery(process.env);

/** GET /v1/jobs/{JobId}/outcomes/{UserId}: the outcome of one receiver. */
export const handler = route(door, async (request, caller) => {
  const outcome = await query.outcome(caller, readJobId(request), readUserId(request));
  return json(200, toOutcomeBody(outcome));
});
