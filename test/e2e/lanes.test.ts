import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasNonePending, isDone, jobOf, jobWhen, MESSAGE, postJob, startVolley, type Volley } from "./support.ts";

let volley: Volley;
beforeAll(async () => {
  volley = await startVolley({ quota: { messages: 12_000, windowMs: 60_000 } }); // the real one: a minute is a minute
});
afterAll(() => volley.stop());

describe("a job for one receiver, beside a broadcast to 1,000,000", () => {
  it("is done while the broadcast has hardly begun", async () => {
    const broadcasts: string[] = [];
    for (let part = 1; part <= 4; part++) {
      const Receiver = Array.from({ length: 250_000 }, (_, i) => part * 1_000_000_000 + i);
      broadcasts.push((await postJob(volley, { ...MESSAGE, Receiver })).JobId);
    }
    const hasBegun = async () =>
      (await Promise.all(broadcasts.map((id) => jobOf(volley, id)))).some(({ Tally }) => Tally["Sent"]);
    while (!(await hasBegun()));

    for (const id of ["5", "6", "7"]) {
      const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: [id] });
      await jobWhen(volley, JobId, isDone, 10_000);
      expect(volley.simulator.receivedBy(id)).toHaveLength(1);
    }
    for (const id of broadcasts) expect(hasNonePending(await jobOf(volley, id))).toBe(false);
    expect(volley.simulator.stats().peak).toBeLessThanOrEqual(12_000);
  });
});
