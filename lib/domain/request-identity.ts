import type { JobRequest, UploadRequest } from "./job-request.ts";

/**
 * A request as it was understood, but for its receivers: the same text for the same request, however it was written
 * (order of fields, white space, ids as numbers or as strings, options that were left to their defaults). Hashed together
 * with the list's bytes it tells a repetition under an Idempotency-Key from another request.
 *
 * `dryRun` is left out: a dry run leaves nothing behind that could be repeated.
 */
export function requestText({
  message,
  options: { dryRun: _, except, ...options },
  upload,
}: Pick<JobRequest, "message" | "options"> & Partial<Pick<UploadRequest, "upload">>): string {
  const left = except && { jobs: except.jobs.toSorted(), receivers: except.receivers.join(",") };
  return canonical({ message, options: { ...options, except: left }, upload });
}

/** JSON with the keys of every object in order, and no white space. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1)); // by UTF-16 code units, as RFC 8785 does it
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
}
