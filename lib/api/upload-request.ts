import * as v from "valibot";
import { Invalid } from "../domain/errors.ts";
import type { JobRequest, UploadRequest } from "../domain/job-request.ts";
import {
  eventFaults,
  type ParsedBody,
  parseRequest,
  readListed,
  textFaults,
  toMessage,
  toOptions,
  unlisted,
  withPlainOptions,
} from "./job-request.ts";
import { limitFaults, readExceptReceivers } from "./limits.ts";
import { MAX_FAULTS } from "./receivers.ts";
import { faultsIn } from "./to-fault.ts";
import { type UploadBody, uploadSchema } from "./upload-schema.ts";

/**
 * Read a request for a job whose receivers stand in it, or will be uploaded: `Receiver` or `ReceiverUpload`, not both.
 *
 * @throws {Malformed | Invalid} as `readJobRequest`
 */
export function readJobOrUpload(body: string): JobRequest | UploadRequest {
  const parsed = parseRequest(body);
  const { ReceiverUpload: upload, ...value } = parsed.value;
  return upload === undefined || upload === null ? readListed({ ...parsed, value }) : readUpload(parsed);
}

function readUpload({ value }: ParsedBody): UploadRequest {
  const { Receiver: list, ...rest } = value;
  const parsed = v.safeParse(uploadSchema, withPlainOptions(rest));
  const faults = faultsIn(rest, uploadSchema.entries, parsed.issues);
  if (list !== undefined && list !== null) {
    faults.push({ pointer: "/Receiver", detail: "must not stand beside ReceiverUpload" });
  }
  const except = readExceptReceivers(value);
  if (except?.kind === "faulty") faults.push(...except.faults);
  if (parsed.success) {
    faults.push(...textFaults(parsed.output), ...eventFaults(parsed.output), ...limitFaults(parsed.output));
  }
  if (!parsed.success || except?.kind === "faulty" || faults.length > 0) {
    throw new Invalid("the request has faults", faults.slice(0, MAX_FAULTS), faults.length + unlisted(except));
  }
  const { Options: options } = parsed.output;
  return {
    message: toMessage(parsed.output),
    upload: toUpload(parsed.output),
    options: toOptions(options, except?.receivers),
  };
}

const toUpload = ({ ReceiverUpload: { Format, Gzip, Column }, Options }: UploadBody): UploadRequest["upload"] => ({
  format: Format,
  gzip: Gzip,
  ...(Column != null && { column: Column }),
  maxBadLines: Options.MaxBadLines,
});
