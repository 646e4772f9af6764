import type { ExportRequest } from "./outcome-export.ts";

/** What the form of an export's message is now. Raised when a new form has to be told from it. */
export const EXPORT_TASK_VERSION = 1;

/** One message of the queue of exports: which of a job's exports is to be written. `trace`: the job's, for the log. */
export type ExportTask = Readonly<{ job: string; run: string; request: ExportRequest; trace?: string }>;
