import { expect, it } from "vitest";
import { memoryTaskQueue } from "../../lib/adapters/memory-task-queue.ts";
import type { Task } from "../../lib/domain/task.ts";
import { taskQueueContract } from "../contracts/task-queue.ts";
import { tasks } from "../support/tasks.ts";

function make() {
  let now = 1_000_000;
  const queue = memoryTaskQueue(() => now, 720_000);
  const pass = async (ms: number) => {
    now += ms;
  };
  return { queue, pass };
}

taskQueueContract("memory", async () => {
  const { queue, pass } = make();
  return {
    queue,
    pass,
    received: async (lane) => {
      const got: Task[] = [];
      for (let one = queue.receive(lane); one; one = queue.receive(lane)) got.push(one.task);
      return got;
    },
  };
});

it("receives from either lane unless one is asked for, and says which it was", async () => {
  const { queue } = make();
  await queue.enqueue("bulk", tasks(1), { group: "g", delaySeconds: 0 });
  expect(queue.receive("express")).toBeUndefined();
  expect(queue.receive()).toMatchObject({ lane: "bulk", task: tasks(1)[0] });
});

it.each([{ delaySeconds: 901 }, { delaySeconds: -1 }, { delaySeconds: 0.5 }])(
  "refuses a delay of $delaySeconds s, as SQS does",
  async ({ delaySeconds }) => {
    await expect(make().queue.enqueue("bulk", [], { group: "g", delaySeconds })).rejects.toThrow(RangeError);
  },
);
