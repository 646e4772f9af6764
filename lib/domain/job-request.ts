import type { FailureBrake } from "./failure-brake.ts";
import type { Delivery, Lane } from "./job.ts";
import type { ListUpload } from "./list-upload.ts";
import type { Message } from "./message.ts";
import type { Receivers } from "./receivers.ts";
import type { SendWindow } from "./send-window.ts";
import type { Tags } from "./tags.ts";

/** A request for a job, checked but for what depends on the time: see `check-times.ts`. */
export type JobRequest = Readonly<{
  message: Message;
  /** Sorted ascending, each once; at least one. */
  receivers: Receivers;
  duplicatesDropped: number;
  options: JobOptions;
}>;

/** A request for a job whose receivers will be uploaded. */
export type UploadRequest = Readonly<{
  message: Message;
  upload: Omit<ListUpload, "maxReceivers">;
  options: JobOptions;
}>;

/** Who is left out of a list: everybody whom these jobs name, and these. */
export type Except = Readonly<{
  /** Ids of jobs, each once. */
  jobs: readonly string[];
  /** Ascending, each once. */
  receivers: Receivers;
}>;

/** How to send. Times are epoch ms. */
export type JobOptions = Readonly<{
  /** Absent: the size of the list decides. */
  lane?: Lane;
  delivery: Delivery;
  notBeforeMs?: number;
  expiresAtMs?: number;
  /** Refuse the request where it could not be done before `expiresAtMs`. */
  refuseIfLate?: true;
  /** Outside of it nothing is sent. */
  sendWindow?: SendWindow;
  /** About the most receivers that are sent to in a minute. */
  maxPerMinute?: number;
  pauseAfterFailures?: FailureBrake;
  except?: Except;
  /** By which its client finds it again. */
  label?: string;
  tags?: Tags;
  /** Tell what happens to the job as events. Absent: if it has more than one batch, or a callback. */
  events?: boolean;
  /** POST its events to this URL. */
  callbackUrl?: string;
  /** Check the request and say what would happen; make nothing. */
  dryRun: boolean;
}>;
