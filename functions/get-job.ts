import { toJobBody } from "../lib/http/present.ts";
import { readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuery } from "../lib/wire/query.ts";

const { query, limitsOf, now, door } = wireQuery(process.env);

/** GET /v1/jobs/{JobId}: the message, the state and the exact counts. */
export const handler = route(door, async (request, caller) => {
  const view = await query.job(caller, readJobId(request));
  return json(200, toJobBody(view, await limitsOf(view.job.account), now()));
});
