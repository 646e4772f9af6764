import * as v from "valibot";
import { DRAWN_ID, JOB_ID } from "../domain/ids.ts";
import { TASK_VERSION, type Task } from "../domain/task.ts";
import { TRACEPARENT } from "../domain/trace.ts";
import { MAX_BATCH } from "../volcengine/limits.ts";

const RECEIVERS = new RegExp(`^[1-9][0-9]{0,18}(?:,[1-9][0-9]{0,18}){0,${MAX_BATCH - 1}}$`);

const schema = v.object({
  v: v.literal(TASK_VERSION),
  job: v.pipe(v.string(), v.regex(JOB_ID)),
  run: v.pipe(v.string(), v.regex(DRAWN_ID)),
  share: v.pipe(v.string(), v.regex(DRAWN_ID)),
  batch: v.pipe(v.number(), v.integer(), v.minValue(0)),
  receivers: v.pipe(v.string(), v.regex(RECEIVERS)),
  trace: v.exactOptional(v.pipe(v.string(), v.regex(TRACEPARENT))),
});

/**
 * Read the body of a queue message.
 *
 * @throws {SyntaxError | v.ValiError} if it is not one of ours: SQS moves it to the dead-letter queue in the end
 */
export const readTask = (body: string): Task => v.parse(schema, JSON.parse(body));
