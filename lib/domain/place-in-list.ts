import type { Job } from "./job.ts";

/** A job's place in a list of jobs, as text that sorts: by time, those of one millisecond by their ids. */
export const placeInList = ({ createdAtMs, id }: Pick<Job, "createdAtMs" | "id">): string =>
  `${new Date(createdAtMs).toISOString()}#${id}`;
