import { toJobSummary } from "../lib/http/present.ts";
import { readJobFilter, writeCursor } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireAsk } from "../lib/wire/ask.ts";

const { ask, log } = wireAsk(process.env);

/** GET /v1/jobs: newest first, by app and by state. */
export const handler = route(log, async (request) => {
  const { jobs, next } = await ask.jobs(readJobFilter(request));
  return json(200, { Jobs: jobs.map(toJobSummary), ...(next !== undefined && { Cursor: writeCursor(next) }) });
});
