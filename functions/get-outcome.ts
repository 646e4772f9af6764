import { toOutcomeBody } from "../lib/http/present.ts";
import { readJobId, readUserId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireAsk } from "../lib/wire/ask.ts";

const { ask, log } = wireAsk(process.env);

/** GET /v1/jobs/{JobId}/outcomes/{UserId}: what became of one receiver. */
export const handler = route(log, async (request) =>
  json(200, toOutcomeBody(await ask.outcome(readJobId(request), readUserId(request)))),
);
