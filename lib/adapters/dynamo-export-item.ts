import { STATUSES } from "../domain/outcome.ts";
import { EXPORT_FORMATS, type ExportRequest, type OutcomeExport, type Upload } from "../domain/outcome-export.ts";
import { type Item, N, numberOf, optional, S, textOf } from "./dynamo-attributes.ts";
import { assertReadable, VERSIONED } from "./dynamo-item-version.ts";

const STATES = ["running", "done", "failed"] as const;

export const toExportItem = (one: OutcomeExport): Item => ({
  ...toRequest(one.request),
  ...VERSIONED,
  version: N(one.version),
  file: S(one.file),
  state: S(one.state),
  requestedAt: N(one.requestedAtMs),
  jobVersion: N(one.jobVersion),
  final: { BOOL: one.final },
  leaseUntil: N(one.leaseUntilMs),
  attempts: N(one.attempts),
  restarts: N(one.restarts),
  complete: { BOOL: one.complete },
  rows: N(one.rows),
  bytes: N(one.bytes),
  ...(one.upload && { upload: S(one.upload.id), receipts: { L: one.upload.receipts.map(S) } }),
  ...(one.after !== undefined && { after: S(one.after) }),
  ...(one.doneAtMs !== undefined && { doneAt: N(one.doneAtMs) }),
  ...(one.reason !== undefined && { reason: S(one.reason) }),
});

const toRequest = ({ format, status, code }: ExportRequest): Item => ({
  format: S(format),
  ...(status !== undefined && { status: S(status) }),
  ...(code !== undefined && { code: S(code) }),
});

/** @throws {TypeError} naming the attribute that is not as it is written */
export function fromExportItem(run: string, item: Item): OutcomeExport {
  assertReadable(item);
  const upload = fromUpload(item);
  const after = optional(item, "after", textOf);
  const doneAtMs = optional(item, "doneAt", numberOf);
  const reason = optional(item, "reason", textOf);
  return {
    run,
    request: fromRequest(item),
    version: numberOf(item, "version"),
    file: textOf(item, "file"),
    state: oneOf(item, "state", STATES),
    requestedAtMs: numberOf(item, "requestedAt"),
    jobVersion: numberOf(item, "jobVersion"),
    final: item["final"]?.BOOL === true,
    leaseUntilMs: numberOf(item, "leaseUntil"),
    attempts: numberOf(item, "attempts"),
    restarts: numberOf(item, "restarts"),
    complete: item["complete"]?.BOOL === true,
    rows: numberOf(item, "rows"),
    bytes: numberOf(item, "bytes"),
    ...(upload && { upload }),
    ...(after !== undefined && { after }),
    ...(doneAtMs !== undefined && { doneAtMs }),
    ...(reason !== undefined && { reason }),
  };
}

function fromRequest(item: Item): ExportRequest {
  const status = optional(item, "status", (from, name) => oneOf(from, name, STATUSES));
  const code = optional(item, "code", textOf);
  return {
    format: oneOf(item, "format", EXPORT_FORMATS),
    ...(status && { status }),
    ...(code !== undefined && { code }),
  };
}

function fromUpload(item: Item): Upload | undefined {
  const id = optional(item, "upload", textOf);
  return id === undefined ? undefined : { id, receipts: (item["receipts"]?.L ?? []).map((r) => textOf({ r }, "r")) };
}

function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const text = textOf(item, name);
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new TypeError(`${name} is ${text}`);
  return found;
}
