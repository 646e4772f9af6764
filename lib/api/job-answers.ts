import * as v from "valibot";
import { CALLBACK_STATES } from "../domain/callback.ts";
import { DELIVERIES, LANES } from "../domain/job.ts";
import { JOB_STATES } from "../domain/job-state.ts";
import { count, cursor, digits, instant, int32, jobId } from "./answer-fields.ts";

// Answers about jobs. No object has more fields than stand here: an answer with another one is a fault of ours.

export const jobStatus = v.pipe(v.picklist(JOB_STATES), v.description("The state of a job."));
const lane = v.picklist(LANES);
const receivers = v.pipe(count, v.description("Receivers, each counted once."));
const duplicatesDropped = v.pipe(count, v.description("How many ids of the request were there before."));
const batches = v.pipe(count, v.description("Batches the receivers are cut into, 500 receivers at most in each."));
const estimatedSeconds = v.pipe(
  count,
  v.description(
    "Seconds the receivers that are left take when the whole quota is theirs, or as `MaxPerMinute` has it. Time outside a `SendWindow` does not count.",
  ),
);

const excluded = v.pipe(count, v.description("Receivers of the request who were left out, since `Except` names them."));
const resumesAt = v.pipe(instant, v.description("When sending goes on: the job's `SendWindow` is closed until then."));

const size = {
  Receivers: receivers,
  DuplicatesDropped: duplicatesDropped,
  Excluded: v.exactOptional(excluded),
  Batches: batches,
  EstimatedSeconds: estimatedSeconds,
  ResumesAt: v.exactOptional(resumesAt),
};

export const acceptedAnswer = v.strictObject({ JobId: jobId, Status: jobStatus, ...size });

/** The job waits for the file with its receivers. */
export const awaitingAnswer = v.strictObject({
  JobId: jobId,
  Status: jobStatus,
  Upload: v.exactOptional(
    v.pipe(
      v.strictObject({
        Method: v.literal("POST"),
        Url: v.string(),
        Fields: v.pipe(v.record(v.string(), v.string()), v.description("They go into the form before the file.")),
        ExpiresAt: instant,
        MaxBytes: count,
      }),
      v.description("Where the file goes: a form of these fields and, last, `file`. Only while the job waits for it."),
    ),
  ),
});

/** Nothing was made that could be looked up. */
export const dryRunAnswer = v.strictObject({ DryRun: v.literal(true), ...size });

const summary = {
  JobId: jobId,
  Status: jobStatus,
  AppId: int32,
  Lane: lane,
  Receivers: receivers,
  DuplicatesDropped: duplicatesDropped,
  Batches: batches,
  CreatedAt: instant,
  Label: v.exactOptional(v.string()),
  Tags: v.exactOptional(v.record(v.string(), v.string())),
};

export const jobSummaryAnswer = v.strictObject(summary);

export const jobListAnswer = v.strictObject({
  Jobs: v.array(jobSummaryAnswer),
  Cursor: v.exactOptional(cursor),
});

export const messageAnswer = v.strictObject({
  AppId: int32,
  Sender: digits,
  InboxType: v.exactOptional(int32),
  MsgType: int32,
  Content: v.string(),
  IsNormalUser: v.exactOptional(v.boolean()),
  Ext: v.exactOptional(v.record(v.string(), v.string())),
});

export const tallyAnswer = v.pipe(
  v.strictObject({ Pending: count, Sent: count, Failed: count, Unknown: count, Canceled: count }),
  v.description("How many receivers have which outcome, exactly. They add up to Receivers."),
);

const historyEntry = v.strictObject({
  At: instant,
  Event: v.string(),
  By: v.pipe(
    v.string(),
    v.description("A client's id, or `volley`. With `AUTH=iam` the ARN of whoever called, with the session."),
  ),
});

const callback = v.pipe(
  v.strictObject({
    Url: v.pipe(v.string(), v.description("Its host and path.")),
    State: v.pipe(
      v.picklist(CALLBACK_STATES),
      v.description(
        "`waiting`: an event is still to be POSTed. `failed`: it was given up after a day. `ended`: by a 410.",
      ),
    ),
    Attempts: count,
    NextAt: v.exactOptional(instant),
    LastStatus: v.exactOptional(v.number()),
    LastError: v.exactOptional(v.string()),
  }),
  v.description("How the callback is doing."),
);

export const callbackAnswer = v.strictObject({ JobId: jobId, Callback: v.exactOptional(callback) });

export const jobAnswer = v.strictObject({
  ...summary,
  Message: v.exactOptional(messageAnswer),
  Delivery: v.picklist(DELIVERIES),
  NotBefore: v.exactOptional(instant),
  ExpiresAt: v.pipe(instant, v.description("What is not sent by then is canceled.")),
  SendWindow: v.exactOptional(v.strictObject({ From: v.string(), To: v.string(), TimeZone: v.string() })),
  MaxPerMinute: v.exactOptional(count),
  PauseAfterFailures: v.exactOptional(v.strictObject({ Percent: count, Of: count })),
  Excluded: v.exactOptional(excluded),
  ResumesAt: v.exactOptional(resumesAt),
  Tally: tallyAnswer,
  ReceiversPerSecond: v.exactOptional(
    v.pipe(v.number(), v.description("Receivers with an outcome a second, since the job began.")),
  ),
  EstimatedSeconds: v.exactOptional(estimatedSeconds),
  History: v.pipe(v.array(historyEntry), v.description("Who did what, and when: the last ten entries.")),
  Reason: v.exactOptional(v.pipe(v.string(), v.description("Why Volley itself paused or rejected the job."))),
  Import: v.exactOptional(
    v.pipe(
      v.strictObject({
        Bytes: v.pipe(count, v.description("Read so far, of the file as it was uploaded.")),
        TotalBytes: v.exactOptional(count),
        Lines: count,
        BadLines: count,
        Report: v.exactOptional(v.pipe(v.string(), v.description("A link to the bad lines, good for an hour."))),
      }),
      v.description("How far the import of the uploaded file is."),
    ),
  ),
  RetryOf: v.exactOptional(v.pipe(jobId, v.description("The job whose receivers this one tries again."))),
  Callback: v.exactOptional(callback),
});
