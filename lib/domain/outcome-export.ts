import type { Job } from "./job.ts";
import { hasEnded } from "./job-state.ts";
import type { Outcome, OutcomeStatus } from "./outcome.ts";

export type ExportFormat = "csv" | "ndjson";
export const EXPORT_FORMATS: readonly ExportFormat[] = ["csv", "ndjson"];

export const EXPORT_STATES = ["running", "done", "failed"] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** What of a job's outcomes is to be written, and how. */
export type ExportRequest = Readonly<{ format: ExportFormat; status?: OutcomeStatus; code?: string }>;

/** How outcomes are written in a format: `header` once, `row` for each of them, both with their line ends. */
export type FileForm = Readonly<{ header: string; row: (outcome: Outcome) => string }>;

/** A file under way in parts: what the bucket calls it, and the receipt of every part that is in it. */
export type Upload = Readonly<{ id: string; receipts: readonly string[] }>;

/**
 * One file of a job's outcomes. A job has one for each {@link ExportRequest}; when it is asked for once more after the job
 * went on, another takes its place. Times are epoch ms.
 */
export type OutcomeExport = Readonly<{
  run: string;
  request: ExportRequest;
  /** Counts the writes: every change is conditional on it. */
  version: number;
  /** Drawn: the name of its file. */
  file: string;
  state: ExportState;
  requestedAtMs: number;
  /** Of the job, when it was asked for. */
  jobVersion: number;
  /** Nothing of the job could change any more when it was asked for. */
  final: boolean;
  /** Somebody writes it until then. */
  leaseUntilMs: number;
  /** How often somebody began to write since the last part. */
  attempts: number;
  /** How often the bucket had lost what was written. */
  restarts: number;
  upload?: Upload;
  /** Receivers up to this id are in the parts. */
  after?: string;
  /** All of them are. */
  complete: boolean;
  rows: number;
  bytes: number;
  doneAtMs?: number;
  /** Why it failed. */
  reason?: string;
}>;

/** A worker that was given up may still record a late answer: no function runs longer than this after a job has ended. */
const SETTLES_MS = 15 * 60_000;
/** The same request this soon after the file is done is a repetition, whatever the job did meanwhile. */
const REPEAT_MS = 60_000;

/** Where it stands among the exports of its job. The same request has the same id. */
export const exportId = ({ format, status, code }: ExportRequest): string =>
  [format, status ?? "", code ?? ""].join("#");

/** The name of its object. */
export const exportKey = ({ run, file, request }: OutcomeExport): string =>
  `reports/${run}/outcomes-${file}.${request.format}`;

/** An export that takes the place of `standing`. @param file drawn */
export function newExport(
  job: Job,
  request: ExportRequest,
  { file, nowMs, standing }: Readonly<{ file: string; nowMs: number; standing: OutcomeExport | undefined }>,
): OutcomeExport {
  const changedAtMs = job.history.at(-1)?.atMs ?? job.createdAtMs;
  return {
    run: job.run,
    request,
    version: (standing?.version ?? 0) + 1,
    file,
    state: "running",
    requestedAtMs: nowMs,
    jobVersion: job.version,
    final: hasEnded(job.state) && nowMs >= changedAtMs + SETTLES_MS,
    ...NOTHING_WRITTEN,
    leaseUntilMs: 0,
    attempts: 0,
    restarts: 0,
  };
}

/** An export from its beginning. */
export const NOTHING_WRITTEN = { complete: false, rows: 0, bytes: 0 } as const;

/** Whether a request for an export that stands there is answered by it, or makes a new one. */
export function isCurrent({ state, jobVersion, final, doneAtMs = 0 }: OutcomeExport, job: Job, nowMs: number): boolean {
  if (state === "running") return true;
  return state === "done" && jobVersion === job.version && (final || nowMs < doneAtMs + REPEAT_MS);
}

/** What a write may change of an export. `undefined` removes. */
export type ExportChange = Readonly<
  Partial<Omit<OutcomeExport, "upload" | "after">> & { upload?: Upload | undefined; after?: string | undefined }
>;

/** The export after a change, its version one on. */
export function applyToExport(standing: OutcomeExport, change: ExportChange): OutcomeExport {
  const { upload, after, ...rest } = { ...standing, ...change };
  return { ...rest, version: standing.version + 1, ...(upload && { upload }), ...(after !== undefined && { after }) };
}
