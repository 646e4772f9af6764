import { beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import { aJob, aTask, type MakeResults, NOW, type ResultsPorts } from "./results-ports.ts";

/** Every keeper of ParkedTasks passes this one suite. */
export function parkedTasksContract(name: string, make: MakeResults): void {
  let { parked } = {} as ResultsPorts;
  const listed = async (jobId: string): Promise<Task[]> => {
    const tasks: Task[] = [];
    for await (const page of parked.list(jobId)) tasks.push(...page);
    return tasks.sort((a, b) => a.batch.n - b.batch.n || a.batch.part - b.batch.part || a.attempt - b.attempt);
  };

  describe(`${name} honours ParkedTasks`, () => {
    beforeAll(() => {
      ({ parked } = make(() => NOW));
    });

    it("keeps every task as it is, more than a page of them", async () => {
      const job = aJob();
      const tasks = Array.from({ length: 230 }, (_, n) =>
        aTask(job, { batch: { n, part: 0, first: String(n + 1) }, receivers: `${n + 1},9223372036854775807` }),
      );
      await parked.park(tasks);
      await parked.park(tasks.slice(0, 3)); // again
      expect(await listed(job.id)).toEqual(tasks);
      expect(await listed(aJob().id)).toEqual([]);
    });

    it("keeps parts and attempts of one batch side by side", async () => {
      const job = aJob();
      const tasks = [
        aTask(job),
        aTask(job, { attempt: 2, receivers: "2", maybeTwice: true }),
        aTask(job, { batch: { n: 0, part: 1, first: "3" }, receivers: "3" }),
      ];
      for (const task of tasks) await parked.park([task]);
      expect(await listed(job.id)).toEqual(tasks);
    });

    it("removes those it is told to, known or not", async () => {
      const job = aJob();
      const [first, second] = [aTask(job), aTask(job, { batch: { n: 1, part: 0, first: "9" } })];
      await parked.park([first, second]);
      await parked.remove([first]);
      await parked.remove([first]);
      expect(await listed(job.id)).toEqual([second]);
      await parked.park([]);
      await parked.remove([]);
    });
  });
}
