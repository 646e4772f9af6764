import { writeOutcomes } from "../lib/http/outcome-formats.ts";
import { readJobId, readOutcomeQuery } from "../lib/http/query.ts";
import { route } from "../lib/http/route.ts";
import { wireQuery } from "../lib/wire/query.ts";

const { query, door } = wireQuery(process.env);

/** GET /v1/jobs/{JobId}/outcomes: a page as JSON, or a file of CSV or NDJSON. */
export const handler = route(door, async (request, caller) => {
  const id = readJobId(request);
  return writeOutcomes(request, readOutcomeQuery(request), (page) => query.outcomes(caller, id, page));
});
