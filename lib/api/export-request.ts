import * as v from "valibot";
import { Invalid, Malformed } from "../domain/errors.ts";
import { STATUSES } from "../domain/outcome.ts";
import { EXPORT_FORMATS, type ExportRequest } from "../domain/outcome-export.ts";
import { parseBody } from "./parse-json.ts";
import { isPlainObject } from "./plain-object.ts";
import { faultsIn } from "./to-fault.ts";

/** The form of an outcome's code. */
export const CODE = /^[A-Za-z0-9._-]{1,64}$/;

const FORMAT = `must be one of ${EXPORT_FORMATS.join(", ")}`;
const STATUS = `must be one of ${STATUSES.join(", ")}`;
export const CODE_FORM = "must have 1 to 64 characters of A-Z a-z 0-9 . _ -";

export const exportSchema = v.strictObject({
  Format: v.nullish(v.picklist(EXPORT_FORMATS, FORMAT), "csv"),
  Status: v.nullish(v.picklist(STATUSES, STATUS)),
  Code: v.nullish(v.pipe(v.string(CODE_FORM), v.regex(CODE, CODE_FORM))),
});

/**
 * Read the body of a request for an export: none, or an object of Format, Status and Code.
 *
 * @param body JSON text
 * @throws {Malformed} if it is not a JSON object
 * @throws {Invalid} with every other fault
 */
export function readExportRequest(body: string | undefined): ExportRequest {
  if (body === undefined) return { format: "csv" };
  const value = parseBody(body);
  if (!isPlainObject(value)) throw new Malformed("the body must be a JSON object");
  const parsed = v.safeParse(exportSchema, value);
  if (!parsed.success) {
    const faults = faultsIn(value, exportSchema.entries, parsed.issues);
    throw new Invalid("the request has faults", faults.slice(0, 100), faults.length);
  }
  const { Format, Status, Code } = parsed.output;
  return { format: Format, ...(Status != null && { status: Status }), ...(Code != null && { code: Code }) };
}
