import * as v from "valibot";
import { JOB_ID } from "../domain/ids.ts";
import { NUDGE_VERSION } from "../domain/nudge.ts";

const VERSION = v.literal(NUDGE_VERSION);

const dispatchNudge = v.object({
  v: VERSION,
  account: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  atMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** Names a job. */
export const jobNudge = v.object({ v: VERSION, job: v.pipe(v.string(), v.regex(JOB_ID)) });

/**
 * Read a request for a dispatch run.
 *
 * @throws {SyntaxError | v.ValiError} if it is not one of ours: SQS moves it to the dead-letter queue in the end
 */
export function readDispatchNudge(body: string): Readonly<{ account: string; atMs: number }> {
  const { account, atMs } = v.parse(dispatchNudge, JSON.parse(body));
  return { account, atMs };
}

/**
 * Read a request to publish a job's events.
 *
 * @returns the job's id
 * @throws {SyntaxError | v.ValiError} as {@link readDispatchNudge}
 */
export const readPublishNudge = (body: string): string => v.parse(jobNudge, JSON.parse(body)).job;
