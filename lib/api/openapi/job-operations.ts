import {
  ACCEPTED,
  AWAITING,
  CALLBACK,
  DRY_RUN,
  JOB,
  JOB_LIST,
  JOB_REQUESTS,
  RETRY_REQUESTS,
  SUMMARY,
} from "./examples.ts";
import type { Answer, Operation, Operations } from "./operation.ts";

const accepted: Answer = {
  description: "The job is accepted: it goes on by itself from here.",
  schema: "Accepted",
  examples: ACCEPTED,
  headers: ["Location", "Idempotency-Replayed"],
};

const control = (id: string, summary: string, description: string): Operation => ({
  id,
  tag: "Jobs",
  summary,
  description,
  answers: { 200: { description: "The job as it is now.", schema: "JobSummary", examples: SUMMARY } },
  problems: [404, 409],
});

export const JOB_OPERATIONS: Operations = {
  "POST /v1/jobs": {
    id: "sendMessage",
    tag: "Jobs",
    summary: "Send a message to any number of users",
    description:
      "Makes a job of a message and its receivers. The body is the one of the vendor's BatchSendMessage, with as many receivers as fit into 6 MB, and `Options` besides. With `ReceiverUpload` in place of `Receiver` the answer says where to upload a file of any length. It may be packed with gzip (`Content-Encoding: gzip`, or the type `application/gzip`).",
    parameters: ["IdempotencyKey", "ContentEncoding"],
    body: {
      schema: ["JobRequest", "UploadRequest"],
      required: true,
      description: "The message and its receivers.",
      examples: JOB_REQUESTS,
    },
    answers: {
      200: { description: "What `Options.DryRun` asked for: nothing was made.", schema: "DryRun", examples: DRY_RUN },
      202: { ...accepted, schema: ["Accepted", "Awaiting"], examples: { ...ACCEPTED, ...AWAITING } },
    },
    problems: [400, 409, 413, 415, 422],
  },
  "GET /v1/jobs": {
    id: "listJobs",
    tag: "Jobs",
    summary: "List your jobs, newest first",
    description:
      "Every request reads a bounded amount, so a page may be short or empty although there is a `Cursor`. Go on until there is none.",
    parameters: ["AppId", "JobStatus", "Label", "Tag", "ClientId", "JobLimit", "Cursor"],
    answers: { 200: { description: "A page of jobs.", schema: "JobList", examples: JOB_LIST } },
    problems: [422],
  },
  "GET /v1/jobs/{JobId}": {
    id: "getJob",
    tag: "Jobs",
    summary: "The message, the state and the exact counts of a job",
    description: "The counts add up to the receivers at any time.",
    answers: { 200: { description: "The job.", schema: "Job", examples: JOB } },
    problems: [404],
  },
  "POST /v1/jobs/{JobId}/pause": control(
    "pauseJob",
    "Stop sending until it is resumed",
    "Allowed while the job is scheduled or running. A call may still leave in the two seconds after it.",
  ),
  "POST /v1/jobs/{JobId}/resume": control("resumeJob", "Go on sending", "Allowed while the job is paused."),
  "POST /v1/jobs/{JobId}/cancel": control(
    "cancelJob",
    "Send nothing more, for good",
    "Allowed until the job has ended or is ending. What was not sent is `canceled`.",
  ),
  "POST /v1/jobs/{JobId}/callback/resend": {
    id: "resendCallback",
    tag: "Jobs",
    summary: "POST the job's last event to its callback again",
    description:
      "Also after the callback was given up, or ended by a 410. 409 if the job has no callback, or no event yet.",
    answers: { 202: { description: "It is on its way.", schema: "Callback", examples: CALLBACK } },
    problems: [404, 409],
  },
  "POST /v1/jobs/{JobId}/retry": {
    id: "retryJob",
    tag: "Jobs",
    summary: "Send again to the receivers that failed",
    description:
      "Makes a new job of them. Allowed once the job is done, canceled or expired. Without an Idempotency-Key the same retry is one job however often it is asked for.",
    parameters: ["IdempotencyKey"],
    body: { schema: "RetryRequest", required: false, description: "Whom to include.", examples: RETRY_REQUESTS },
    answers: { 202: accepted },
    problems: [400, 404, 409, 413, 415, 422],
  },
};
