import * as v from "valibot";
import { Invalid } from "../domain/errors.ts";
import type { RetrySource } from "../domain/job.ts";
import { parseBody } from "./parse-json.ts";
import { isPlainObject } from "./plain-object.ts";

export const retrySchema = v.strictObject({ Include: v.nullish(v.array(v.literal("unknown")), []) });

/**
 * Read the body of a retry: none, or `{"Include": ["unknown"]}`.
 *
 * @param body JSON text
 * @returns each word of `Include` once: two requests for the same are the same
 * @throws {Malformed} if it is not JSON
 * @throws {Invalid} if it has another form
 */
export function readRetryRequest(body: string | undefined): Pick<RetrySource, "include"> {
  if (body === undefined) return { include: [] };
  const value = parseBody(body);
  const parsed = v.safeParse(retrySchema, isPlainObject(value) ? value : undefined);
  if (parsed.success) return { include: [...new Set(parsed.output.Include)] };
  throw new Invalid("the request has faults", [
    { pointer: "/Include", detail: 'the only field is Include, and it may list only "unknown"' },
  ]);
}
