/** What the world is told of a job, each with the state that the job had by it. */
const STATUS = {
  JobStarted: "running",
  JobHeld: "running",
  JobPaused: "paused",
  JobCompleted: "done",
  JobCanceled: "canceled",
  JobExpired: "expired",
  JobRejected: "rejected",
} as const;

export type JobEventType = keyof typeof STATUS;
export const JOB_EVENT_TYPES = Object.keys(STATUS) as readonly JobEventType[];

/** The state of a job at the moment of an event, whatever it is by the time the event is read. */
export const statusAt = (type: JobEventType): (typeof STATUS)[JobEventType] => STATUS[type];

/** One thing that happened to a job, as its outbox holds it until everybody was told. */
export type JobEvent = Readonly<{
  type: JobEventType;
  /** The job's version by the write that made it happen: no other write has it. */
  version: number;
  /** Epoch ms. */
  atMs: number;
  /** Why Volley itself stopped the job. */
  reason?: string;
  /** The event bus has it. */
  published?: true;
  /** The callback has it, or it was given up there. */
  posted?: true;
}>;

/** The same change has the same id, however often and by whomever it is told. */
export const eventId = (run: string, { type, version }: Pick<JobEvent, "type" | "version">): string =>
  `${run}.${version}.${type}`;
