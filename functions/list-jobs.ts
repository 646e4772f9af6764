import { toJobSummary } from "../lib/http/present.ts";
import { readJobFilter } from "../lib/http/query.ts";
import { writeCursor } from "../lib/http/query-reader.ts";
import { json, route } from "../lib/http/route.ts";
import { wireQuery } from "../lib/wire/query.ts";

const { query, door } = wireQuery(process.env);

/** GET /v1/jobs: the caller's jobs, newest first, by app and by state. */
export const handler = route(door, async (request, caller) => {
  const { jobs, next } = await query.jobs(caller, readJobFilter(request));
  return json(200, { Jobs: jobs.map(toJobSummary), ...(next !== undefined && { Cursor: writeCursor("jobs", next) }) });
});
