import type { Outcome } from "../domain/outcome.ts";
import type { ExportFormat, FileForm } from "../domain/outcome-export.ts";
import { CSV_HEADER, toCsvRow, toOutcomeBody } from "./present.ts";

/** Files of outcomes, the same whether they come in pages or as one object. */
export const FILE_FORMS: Readonly<Record<ExportFormat, FileForm>> = {
  csv: { header: CSV_HEADER, row: toCsvRow },
  ndjson: { header: "", row: (outcome: Outcome) => `${JSON.stringify(toOutcomeBody(outcome))}\n` },
};
