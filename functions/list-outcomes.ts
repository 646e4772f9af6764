import { writeOutcomes } from "../lib/http/outcome-formats.ts";
import { readJobId, readOutcomeQuery } from "../lib/http/query.ts";
import { route } from "../lib/http/route.ts";
import { wireAsk } from "../lib/wire/ask.ts";

const { ask, log } = wireAsk(process.env);

/** GET /v1/jobs/{JobId}/outcomes: a page as JSON, or everything as CSV or NDJSON. */
export const handler = route(log, async (request) =>
  writeOutcomes(request, readJobId(request), readOutcomeQuery(request), ask),
);
