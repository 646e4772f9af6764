import * as v from "valibot";
import { DRAWN_ID, JOB_ID } from "../domain/ids.ts";
import { jobNudge } from "./read-nudge.ts";

/** What S3 sends when somebody asks it to send notifications here. */
const test = v.object({ Event: v.literal("s3:TestEvent") });

/** @see Amazon S3 User Guide, event message structure; `key` is URL-encoded, with `+` for a space */
const notification = v.object({
  Records: v.array(
    v.object({
      eventSource: v.literal("aws:s3"),
      eventName: v.pipe(v.string(), v.regex(/^(?:s3:)?ObjectCreated:/)),
      s3: v.object({ object: v.object({ key: v.string() }) }),
    }),
  ),
});

/** A job whose list is to be made. `run`: of the file that was uploaded for it just now. */
type ImportNudge = Readonly<{ job: string; run?: string }>;

/**
 * Read a message of the queue of imports: a job to go on with, or S3's notification of uploaded files.
 *
 * @returns the jobs; none for a message that is about nothing of ours, such as S3's test
 * @throws {SyntaxError | v.ValiError} if it is not one of these: SQS moves it to the dead-letter queue in the end
 */
export function readImport(body: string): readonly ImportNudge[] {
  const message: unknown = JSON.parse(body);
  if (v.is(test, message)) return [];
  if (typeof message !== "object" || message === null || !("Records" in message))
    return [{ job: v.parse(jobNudge, message).job }];
  return v.parse(notification, message).Records.flatMap(({ s3 }) => toNudge(s3.object.key));
}

/** `uploads/<job>/<run>`; other objects are none of our business. */
function toNudge(encoded: string): ImportNudge[] {
  const [folder, job = "", run = "", ...more] = decode(encoded).split("/");
  const isOurs = folder === "uploads" && JOB_ID.test(job) && DRAWN_ID.test(run) && more.length === 0;
  return isOurs ? [{ job, run }] : [];
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return ""; // `%zz`: no key of ours
  }
}
