import type { Job } from "../domain/job.ts";
import type { ExportFormat, FileForm, OutcomeExport } from "../domain/outcome-export.ts";
import type { OutcomePage, Outcomes } from "./list-outcomes.ts";

/** The bytes of a part, the last receiver that it covers, and whether it is the last one. */
export type Part = Readonly<{ bytes: Uint8Array; rows: number; after?: string; isLast: boolean }>;

/** @param onPage called after every page but the last of the file, however few rows it had */
export type ReadPart = (
  job: Job,
  standing: Pick<OutcomeExport, "request" | "after">,
  onPage: () => Promise<void>,
) => Promise<Part>;

export type ReadPartPorts = Readonly<{
  listOutcomes: (job: Job, page: OutcomePage) => Promise<Outcomes>;
  forms: Readonly<Record<ExportFormat, FileForm>>;
  /** @default 16 MiB: a file has at most 10,000 parts, and a worker holds one of them */
  partBytes?: number;
  /** @default 5,000 */
  rowsPerPage?: number;
}>;

/** The outcomes behind those that are written, until they fill a part or there are no more. */
export function makeReadPart(ports: ReadPartPorts): ReadPart {
  const { listOutcomes, forms, partBytes = 16 * 1_048_576, rowsPerPage = 5_000 } = ports;

  return async function readPart(job, { request: { format, ...wanted }, after: begin }, onPage) {
    const { header, row } = forms[format];
    const pages = begin === undefined ? [Buffer.from(header)] : [];
    let after = begin;
    let [bytes, rows] = [0, 0];
    while (bytes < partBytes) {
      const page = { ...wanted, limit: rowsPerPage, ...(after !== undefined && { after }) };
      const { outcomes, next } = await listOutcomes(job, page);
      const text = Buffer.from(outcomes.map(row).join(""));
      pages.push(text);
      rows += outcomes.length;
      bytes += text.length;
      if (next === undefined) return { bytes: Buffer.concat(pages), rows, isLast: true };
      after = next;
      await onPage();
    }
    return { bytes: Buffer.concat(pages), rows, ...(after !== undefined && { after }), isLast: false };
  };
}
