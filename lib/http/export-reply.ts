import { isoTime } from "../domain/iso-time.ts";
import type { ExportRequest, OutcomeExport } from "../domain/outcome-export.ts";
import type { ExportView } from "../use-cases/request-export.ts";
import type { Reply } from "./request.ts";
import { json } from "./route.ts";

/** How soon it is worth while to ask again: a part of some 100,000 rows takes a second or two. */
const RETRY_AFTER_S = 2;

/** 202: it was asked for, or is there already; `Location` says how far it is. */
export const acceptedExport = (jobId: string, found: OutcomeExport): Reply =>
  json(202, toExportBody(found), { location: exportUrl(jobId, found.request) });

/** 303 to the file once it is done; until then, and if it failed, how it stands. */
export function exportReply({ found, link }: ExportView): Reply {
  if (link !== undefined) return json(303, toExportBody(found), { location: link });
  return json(200, toExportBody(found), found.state === "running" ? { "retry-after": String(RETRY_AFTER_S) } : {});
}

/** `Rows` and `Bytes`: what is written so far. */
function toExportBody({ request, state, rows, bytes, requestedAtMs, doneAtMs, reason }: OutcomeExport) {
  return {
    Status: state,
    Format: request.format,
    Filter: toFilter(request),
    Rows: rows,
    Bytes: bytes,
    RequestedAt: isoTime(requestedAtMs),
    ...(doneAtMs !== undefined && { DoneAt: isoTime(doneAtMs) }),
    ...(reason !== undefined && { Reason: reason }),
  };
}

const toFilter = ({ status, code }: ExportRequest) => ({
  ...(status !== undefined && { Status: status }),
  ...(code !== undefined && { Code: code }),
});

const exportUrl = (jobId: string, request: ExportRequest): string =>
  `/v1/jobs/${jobId}/outcomes/export?${new URLSearchParams({ Format: request.format, ...toFilter(request) })}`;
