import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutBatches } from "../../lib/domain/batches.ts";
import { readTask } from "../../lib/domain/read-task.ts";

const task = { job: "0123456789abcdefghijklmno", batch: { n: 0, part: 0, first: "1" }, attempt: 1, receivers: "1,2" };
const read = (change: object) => readTask(JSON.stringify({ ...task, ...change }));

describe("readTask", () => {
  it("reads back every task that intake writes", () => {
    const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ids, (given) => {
        for (const one of cutBatches(task.job, BigUint64Array.from(given).sort(), 3)) {
          expect(readTask(JSON.stringify(one))).toEqual(one);
        }
      }),
    );
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
    { batch: { n: -1, part: 0, first: "1" } },
    { batch: { n: 0, part: 0.5, first: "1" } },
    { batch: { n: 0, part: 0, first: "01" } },
    { batch: { n: 0, part: 0 } },
    { attempt: 0 },
    { attempt: "1" },
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
