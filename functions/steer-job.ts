import { toJobSummary } from "../lib/http/present.ts";
import { readAction, readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireSteer } from "../lib/wire/steer.ts";

const { steer, log } = wireSteer(process.env);

/** POST /v1/jobs/{JobId}/pause, /resume and /cancel. */
export const handler = route(log, async (request) => {
  const job = await steer(readJobId(request), readAction(request));
  return json(200, toJobSummary({ ...job, appId: job.message.AppId }));
});
