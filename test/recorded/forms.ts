// The code that reads and writes what is stored, for the recorder to bundle: a version beside the next one.

export { readClients, writeClients } from "../../lib/adapters/clients-json.ts";
export { fromRowItem, toClaimMap, toPartMap, toResultMap } from "../../lib/adapters/dynamo-batch-item.ts";
export { fromExportItem, toExportItem } from "../../lib/adapters/dynamo-export-item.ts";
export { fromJobItem, fromJobSummary, toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
export { fromMessageItem } from "../../lib/adapters/dynamo-message-store.ts";
export { fromQuotaItem, toQuotaItem } from "../../lib/adapters/dynamo-quota-item.ts";
export { fromTallyItem } from "../../lib/adapters/dynamo-tally-item.ts";
export { readExportTask } from "../../lib/api/read-export-task.ts";
export { readImport } from "../../lib/api/read-import.ts";
export { readDispatchNudge, readPublishNudge } from "../../lib/api/read-nudge.ts";
export { readTask } from "../../lib/api/read-task.ts";
export { decodeIds, encodeList } from "../../lib/domain/list-format.ts";
