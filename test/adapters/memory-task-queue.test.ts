import { expect, it } from "vitest";
import { memoryTaskQueue } from "../../lib/adapters/memory-task-queue.ts";
import type { Task } from "../../lib/domain/batches.ts";
import { taskQueueContract } from "../contracts/task-queue.ts";

const VISIBILITY_MS = 720_000;

function make() {
  let now = 1_000_000;
  const queue = memoryTaskQueue(() => now, VISIBILITY_MS);
  const pass = async (ms: number) => {
    now += ms;
  };
  return { queue, pass, now: () => now };
}

taskQueueContract("memory", async () => {
  const { queue, pass } = make();
  return {
    queue,
    pass,
    received: async (lane) => {
      const tasks: Task[] = [];
      for (let got = queue.receive(lane); got; got = queue.receive(lane)) tasks.push(got.task);
      return tasks;
    },
  };
});

it("hides a received message, brings it again, and forgets a removed one", async () => {
  const { queue, pass, now } = make();
  await queue.enqueue("bulk", [{ job: "j", batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1" }], 0);
  const got = queue.receive();
  expect(queue.receive()).toBeUndefined();
  expect(queue.nextAtMs()).toBe(now() + VISIBILITY_MS);
  await pass(VISIBILITY_MS);
  expect(queue.receive("bulk")).toEqual(got);
  queue.remove(got?.id ?? 0);
  expect(queue.nextAtMs()).toBeUndefined();
});

it.each([{ delay: 901 }, { delay: -1 }, { delay: 0.5 }])(
  "refuses a delay of $delay s, as SQS does",
  async ({ delay }) => {
    await expect(make().queue.enqueue("bulk", [], delay)).rejects.toThrow(RangeError);
  },
);
