import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTask } from "../../lib/api/read-task.ts";
import type { Task } from "../../lib/domain/task.ts";

const task: Task = {
  v: 1,
  job: "0123456789abcdefghijklmno",
  run: "0123456789abcdef",
  share: "fedcba9876543210",
  batch: 7,
  receivers: "1,2",
};
const read = (change: object) => readTask(JSON.stringify({ ...task, ...change }));

describe("readTask", () => {
  it("reads back every task that dispatch writes", () => {
    const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.nat(), (given, batch) => {
        const one = { ...task, batch, receivers: BigUint64Array.from(given).sort().join() };
        expect(readTask(JSON.stringify(one))).toEqual(one);
      }),
    );
  });

  it("reads a task of before tasks had a trace, and one that has it", () => {
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(read({})).toEqual(task);
    expect(read({ trace })).toEqual({ ...task, trace });
    expect(() => read({ trace: "what" })).toThrow();
  });

  it("takes 500 receivers of 19 digits, and no more", () => {
    const full = Array.from({ length: 500 }, () => "9223372036854775807").join();
    expect(read({ receivers: full }).receivers).toBe(full);
    expect(() => read({ receivers: `${full},1` })).toThrow();
  });

  it.each([
    { when: "not JSON", body: "hello" },
    { when: "not an object", body: "[]" },
    { when: "an event of somebody else", body: '{"Records":[]}' },
    { when: "nothing", body: "" },
  ])("refuses $when", ({ body }) => {
    expect(() => readTask(body)).toThrow();
  });

  it.each([
    { job: "../other" },
    { job: "" },
    { v: 2 },
    { v: undefined },
    { run: "" },
    { run: "A".repeat(16) },
    { share: "a#b-c-d-e-f" },
    { batch: -1 },
    { batch: 0.5 },
    { batch: "0" },
    { receivers: "" },
    { receivers: "1,,2" },
    { receivers: "1,2," },
    { receivers: "0" },
    { receivers: "1, 2" },
    { receivers: ["1"] },
  ])("refuses a task with %o", (change) => {
    expect(() => read(change)).toThrow();
  });
});
