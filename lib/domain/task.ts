/** What a task's form is now. Raised when a new form has to be told from it. */
export const TASK_VERSION = 1;

/** One queue message: a batch of a run, the share it belongs to, and its receivers, so that delivering reads no list. */
export type Task = Readonly<{
  v: typeof TASK_VERSION;
  job: string;
  run: string;
  share: string;
  /** Number of the batch in the job's list, from 0. */
  batch: number;
  /** Canonical decimal ids joined by commas, ascending. */
  receivers: string;
  /** The job's trace. */
  trace?: string;
}>;

/** The first receiver of a batch names its rows. */
export const firstOf = ({ receivers }: Pick<Task, "receivers">): string => {
  const comma = receivers.indexOf(",");
  return comma === -1 ? receivers : receivers.slice(0, comma);
};
