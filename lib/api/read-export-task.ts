import * as v from "valibot";
import { EXPORT_TASK_VERSION, type ExportTask } from "../domain/export-task.ts";
import { DRAWN_ID, JOB_ID } from "../domain/ids.ts";
import { STATUSES } from "../domain/outcome.ts";
import { EXPORT_FORMATS } from "../domain/outcome-export.ts";
import { TRACEPARENT } from "../domain/trace.ts";
import { CODE } from "./export-request.ts";

const schema = v.object({
  v: v.literal(EXPORT_TASK_VERSION),
  job: v.pipe(v.string(), v.regex(JOB_ID)),
  run: v.pipe(v.string(), v.regex(DRAWN_ID)),
  request: v.object({
    format: v.picklist(EXPORT_FORMATS),
    status: v.exactOptional(v.picklist(STATUSES)),
    code: v.exactOptional(v.pipe(v.string(), v.regex(CODE))),
  }),
  trace: v.exactOptional(v.pipe(v.string(), v.regex(TRACEPARENT))),
});

/**
 * Read a message of the queue of exports.
 *
 * @throws {SyntaxError | v.ValiError} if it is not one of ours: SQS moves it to the dead-letter queue in the end
 */
export function readExportTask(body: string): ExportTask {
  const { v: _, ...task } = v.parse(schema, JSON.parse(body));
  return task;
}
