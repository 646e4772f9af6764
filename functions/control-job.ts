import { toJobSummary } from "../lib/http/present.ts";
import { readAction, readJobId } from "../lib/http/query.ts";
import { json, route } from "../lib/http/route.ts";
import { wireControl } from "../lib/wire/control.ts";

const { control, door } = wireControl(process.env);

/** POST /v1/jobs/{JobId}/pause, /resume and /cancel. */
export const handler = route(door, async (request, caller) =>
  json(200, toJobSummary(await control(caller, readJobId(request), readAction(request)))),
);
