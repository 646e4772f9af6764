import * as v from "valibot";
import type { Task } from "./batches.ts";

const digits = v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,18}$/));
const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema = v.object({
  job: v.pipe(v.string(), v.regex(/^[0-9a-z]{20,40}$/)),
  batch: v.object({ n: index, part: index, first: digits }),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  receivers: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,18}(?:,[1-9][0-9]{0,18}){0,499}$/)),
  maybeTwice: v.exactOptional(v.literal(true)),
});

/**
 * Read the body of a queue message.
 *
 * @throws {SyntaxError | v.ValiError} if it is not one of ours: SQS moves it to the dead-letter queue in the end
 */
export const readTask = (body: string): Task => v.parse(schema, JSON.parse(body));
