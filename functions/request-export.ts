import { readExportRequest } from "../lib/api/export-request.ts";
import { readOptionalBody } from "../lib/http/body.ts";
import { acceptedExport } from "../lib/http/export-reply.ts";
import { readJobId } from "../lib/http/query.ts";
import { route } from "../lib/http/route.ts";
import { wireRequestExport } from "../lib/wire/exports.ts";

const { requestExport, door } = wireRequestExport(process.env);

/** POST /v1/jobs/{JobId}/outcomes/export: one file of a job's outcomes, written in the background. */
export const handler = route(door, async (request, caller) => {
  const id = readJobId(request);
  return acceptedExport(id, await requestExport(caller, id, readExportRequest(readOptionalBody(request))));
});
