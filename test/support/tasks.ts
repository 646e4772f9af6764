import { TASK_VERSION, type Task } from "../../lib/domain/task.ts";

/** Tasks of the first batches of one job. */
export const tasks = (count: number): Task[] =>
  Array.from({ length: count }, (_, batch) => ({
    v: TASK_VERSION,
    job: "0123456789abcdefghijklmno",
    run: "run00000",
    share: "share000",
    batch,
    receivers: `${batch + 1},9223372036854775807`,
  }));
