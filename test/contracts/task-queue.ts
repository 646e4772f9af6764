import { describe, expect, it } from "vitest";
import type { Lane } from "../../lib/domain/job.ts";
import type { Task } from "../../lib/domain/task.ts";
import type { TaskQueue } from "../../lib/ports/task-queue.ts";
import { tasks } from "../support/tasks.ts";

export type QueueUnderTest = Readonly<{
  queue: TaskQueue;
  /** Everything that can be received on a lane now, each message once. */
  received(lane: Lane): Promise<Task[]>;
  pass(ms: number): Promise<void>;
}>;

const NOW = { group: "group", delaySeconds: 0 };
const byNumber = (given: readonly Task[]) => given.toSorted((a, b) => a.batch - b.batch);

/** Every TaskQueue passes this one suite. */
export function taskQueueContract(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`${name} honours TaskQueue`, () => {
    it.each([{ count: 0 }, { count: 1 }, { count: 10 }, { count: 11 }, { count: 205 }])(
      "brings $count tasks to their lane, each once and as it was",
      async ({ count }) => {
        const { queue, received } = await make();
        await queue.enqueue("bulk", tasks(count), NOW);
        expect(byNumber(await received("bulk"))).toEqual(tasks(count));
        expect(await received("express")).toEqual([]);
      },
    );

    it("holds tasks back for the delay", async () => {
      const { queue, received, pass } = await make();
      await queue.enqueue("express", tasks(12), { ...NOW, delaySeconds: 1 });
      expect(await received("express")).toEqual([]);
      await pass(1_050);
      expect(byNumber(await received("express"))).toEqual(tasks(12));
    });
  });
}
