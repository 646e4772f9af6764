import type { ExportTask } from "../domain/export-task.ts";

/** Asks for exports to be written. What gets lost is asked for again when the client asks again. */
export interface ExportQueue {
  send(task: ExportTask): Promise<void>;
}
