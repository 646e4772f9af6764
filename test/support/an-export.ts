import { newExport, type OutcomeExport } from "../../lib/domain/outcome-export.ts";
import { aJob, NOW } from "./a-job.ts";

/** An export under a run of its own, of which nothing is written. */
export const anExport = (parts: Partial<OutcomeExport> = {}): OutcomeExport => ({
  ...newExport(aJob(), { format: "csv" }, { file: "file0000", nowMs: NOW, standing: undefined }),
  ...parts,
});
