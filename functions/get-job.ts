import { toJobBody } from "../lib/http/present.ts";
import { readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireAsk } from "../lib/wire/ask.ts";

const { ask, quota, now, log } = wireAsk(process.env);

/** GET /v1/jobs/{JobId}: the message, the state and the exact counts. */
export const handler = route(log, async (request) => {
  const view = await ask.job(readJobId(request));
  return json(200, toJobBody(view, quota, now()));
});
