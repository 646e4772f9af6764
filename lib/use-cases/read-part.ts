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
  /**
   * A part has this much and up to a page more. S3 takes 5 MiB or more, and 10,000 parts: 70 GB.
   *
   * @default 7 MiB
   */
  partBytes?: number;
  /** @default the receivers of 40 batches: what one page reads at the most, and whole batches are not read twice */
  rowsPerPage?: number;
}>;

const BATCHES_PER_PAGE = 40;

/** The outcomes behind those that are written, until they fill a part or there are no more. */
export function makeReadPart(ports: ReadPartPorts): ReadPart {
  const { listOutcomes, forms, partBytes = 7 * 1_048_576 } = ports;

  return async function readPart(job, { request: { format, ...wanted }, after: begin }, onPage) {
    const { header, row } = forms[format];
    const limit = ports.rowsPerPage ?? BATCHES_PER_PAGE * job.batchSize;
    const pages = begin === undefined ? [Buffer.from(header)] : [];
    let after = begin;
    let [bytes, rows] = [0, 0];
    while (bytes < partBytes) {
      const page = { ...wanted, limit, ...(after !== undefined && { after }) };
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
