import * as v from "valibot";
import { BadRequest } from "../domain/errors.ts";
import { readBody } from "./body.ts";
import type { Request } from "./route.ts";

const schema = v.strictObject({ Include: v.optional(v.array(v.literal("unknown")), []) });

/**
 * The body of a retry: none, or `{"Include": ["unknown"]}`.
 *
 * @throws {BadRequest} as {@link readBody}, 400 not JSON, 422 another form
 */
export function readRetryRequest(request: Request): Readonly<{ include: readonly "unknown"[] }> {
  if (!request.body) return { include: [] };
  const value = parse(readBody(request));
  const parsed = v.safeParse(schema, Array.isArray(value) ? undefined : value); // valibot takes a list for an object
  if (parsed.success) return { include: parsed.output.Include };
  throw new BadRequest(422, "the request has faults", [
    { pointer: "/Include", detail: 'the body may hold nothing but Include, and that nothing but "unknown"' },
  ]);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BadRequest(400, "the body is not JSON");
  }
}
