import type { Fault } from "./errors.ts";
import type { JobRequest } from "./job-request.ts";

/** How a request came, other than by HTTP. */
export type Door = "eventbridge" | "cloudevents" | "sns" | "s3" | "sqs" | "invoke";

/** An object that holds a request, as its notification names it. */
export type RequestObject = Readonly<{
  bucket: string;
  key: string;
  /** Without quotes. The object may have been overwritten since: then it has another one. */
  eTag: string;
  /** Bytes as they are stored. */
  size: number;
}>;

/**
 * One request out of an event. `key`: tells a repetition of the event from another event; its first word is the kind of
 * event, so that no two kinds have a key in common.
 */
export type IncomingRequest = Readonly<{ key: string }> &
  (Readonly<{ request: JobRequest }> | Readonly<{ object: RequestObject; clientId: string }>);

/**
 * What a queue message turned out to be: requests (none where it only says that a bucket can send), or something that can
 * never become one. Pointers of faults lead into the message's body.
 */
export type Incoming =
  | Readonly<{ kind: "requests"; door: Door; requests: readonly IncomingRequest[] }>
  | Readonly<{ kind: "bad"; door: Door; reason: string; faults: readonly Fault[]; total: number }>;
