import type { components, operations } from "./schema.d.ts";

type Schemas = components["schemas"];

/** A user id: a number up to 2^53, or a decimal string, or a bigint. */
export type Id = number | string | bigint;

type Options = Omit<NonNullable<Schemas["JobRequest"]["Options"]>, "DryRun">;

/** A message and its receivers. */
export type Send = Readonly<
  Omit<Schemas["JobRequest"], "Sender" | "Receiver" | "Options"> & {
    Sender: Id;
    Receiver: readonly Id[];
    Options?: Options;
  }
>;

/** A message whose receivers come as a file. */
export type SendFile = Readonly<
  Omit<Schemas["UploadRequest"], "Sender" | "Options"> & {
    Sender: Id;
    Options?: Omit<NonNullable<Schemas["UploadRequest"]["Options"]>, "DryRun">;
  }
>;

export type Accepted = Schemas["Accepted"];
export type Awaiting = Schemas["Awaiting"];
export type DryRun = Schemas["DryRun"];
export type Job = Schemas["Job"];
export type JobSummary = Schemas["JobSummary"];
export type JobList = Schemas["JobList"];
export type JobStatus = Schemas["JobStatus"];
export type Outcome = Schemas["Outcome"];
export type Quota = Schemas["Quota"];
/** Limits that are to change; null: the setting holds again. */
export type QuotaChange = Schemas["QuotaChange"];
export type ReservationRequest = Schemas["ReservationRequest"];
export type Reservation = Schemas["Reservation"];

export type JobQuery = Omit<NonNullable<operations["listJobs"]["parameters"]["query"]>, "Cursor">;
export type OutcomeQuery = Omit<NonNullable<operations["listOutcomes"]["parameters"]["query"]>, "Cursor">;

/** Ends the call, or the iteration, with the signal's reason. */
export type Call = Readonly<{ signal?: AbortSignal }>;
/** `idempotencyKey`: the same key with the same body is the same job. */
export type KeyedCall = Call & Readonly<{ idempotencyKey?: string }>;
