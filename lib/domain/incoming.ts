import type { JobRequest } from "./job-request.ts";

/** What is wrong with an event, as a `Fault` is with a request: operators read it, in English. */
export type EventFault = Readonly<{ pointer: string; detail: string }>;

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
 * One request out of an event, at `pointer` in the message's body.
 *
 * `key` tells a repetition of the event from another event. Its first word is the kind of event, so that no two kinds have
 * a key in common.
 */
export type IncomingRequest = Readonly<{ key: string; pointer: string }> &
  (Readonly<{ request: JobRequest }> | Readonly<{ object: RequestObject; clientId: string }>);

/**
 * What a queue message turned out to be: requests (none where it only says that a bucket can send), or something that can
 * never become one.
 */
export type Incoming =
  | Readonly<{ kind: "requests"; door: Door; requests: readonly IncomingRequest[] }>
  | (BadEvent & Readonly<{ kind: "bad" }>);

/**
 * What is wrong with an event. Pointers lead into the message's body; of a request that lies in an object, into the object.
 * `faults` are the first 100 of them, `total` counts all.
 */
export type BadEvent = Readonly<{ door: Door; reason: string; faults: readonly EventFault[]; total: number }>;
