import { exportReply } from "../lib/http/export-reply.ts";
import { readExportQuery, readJobId } from "../lib/http/query.ts";
import { route } from "../lib/http/route.ts";
import { wireGetExport } from "../lib/wire/exports.ts";

const { getExport, door } = wireGetExport(process.env);

/** GET /v1/jobs/{JobId}/outcomes/export: how far the file is, or where. */
export const handler = route(door, async (request, caller) => {
  const id = readJobId(request);
  return exportReply(await getExport(caller, id, readExportQuery(request)));
});
