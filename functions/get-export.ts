import { callerOf } from "../lib/http/caller.ts";
import { exportReply } from "../lib/http/export-reply.ts";
import { readExportQuery, readJobId } from "../lib/http/query.ts";
import { route } from "../lib/http/route.ts";
import { wireGetExport } from "../lib/wire/exports.ts";

const { getExport, log } = wireGetExport(process.env);

/** GET /v1/jobs/{JobId}/outcomes/export: how far the file is, or where. */
export const handler = route(log, async (request) => {
  const [caller, id] = [callerOf(request), readJobId(request)];
  return exportReply(await getExport(caller, id, readExportQuery(request)));
});
