import { describe, expect, it } from "vitest";
import type { Task } from "../../lib/domain/batches.ts";
import type { Lane } from "../../lib/domain/job.ts";
import type { TaskQueue } from "../../lib/use-cases/record-attempt.ts";

export type QueueUnderTest = Readonly<{
  queue: TaskQueue;
  /** Everything that can be received on a lane now, each message once. */
  received(lane: Lane): Promise<Task[]>;
  pass(ms: number): Promise<void>;
}>;

const tasks = (count: number): Task[] =>
  Array.from({ length: count }, (_, n) => ({
    job: "0123456789abcdefghijklmno",
    batch: { n, part: 0, first: `${n + 1}` },
    attempt: 1,
    receivers: `${n + 1},9223372036854775807`,
  }));
const byNumber = (given: readonly Task[]) => given.toSorted((a, b) => a.batch.n - b.batch.n);

/** Every TaskQueue passes this one suite. */
export function taskQueueContract(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`${name} honours TaskQueue`, () => {
    it.each([{ count: 0 }, { count: 1 }, { count: 10 }, { count: 11 }, { count: 205 }])(
      "brings $count tasks to their lane, each once and as it was",
      async ({ count }) => {
        const { queue, received } = await make();
        await queue.enqueue("bulk", tasks(count), 0);
        expect(byNumber(await received("bulk"))).toEqual(tasks(count));
        expect(await received("express")).toEqual([]);
      },
    );

    it("keeps every word of a task", async () => {
      const { queue, received } = await make();
      const [task] = tasks(1);
      const later = { ...task, attempt: 2, maybeTwice: true } as Task;
      await queue.enqueue("express", [later], 0);
      expect(await received("express")).toEqual([later]);
    });

    it("holds tasks back for the delay", async () => {
      const { queue, received, pass } = await make();
      await queue.enqueue("bulk", tasks(12), 1);
      expect(await received("bulk")).toEqual([]);
      await pass(1_050);
      expect(byNumber(await received("bulk"))).toEqual(tasks(12));
    });
  });
}
