import { describe, expect, it } from "vitest";
import { until } from "../../local/local-stack.ts";
import { hasSent, isDone, jobOf, jobWhen, MESSAGE, postJob } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { SMALL_QUOTA } from "../support/small-quota.ts";

describe("a job for one receiver, beside a broadcast to 1,000,000", () => {
  it("is done while the broadcast has hardly begun", async () => {
    const broadcasts: string[] = [];
    for (let part = 1; part <= 4; part++) {
      const Receiver = Array.from({ length: 250_000 }, (_, i) => part * 1_000_000_000 + i);
      broadcasts.push((await postJob(volley, { ...MESSAGE, Receiver })).JobId);
    }
    const all = () => Promise.all(broadcasts.map((id) => jobOf(volley, id)));
    await until(async () => (await all()).some(hasSent));

    for (const id of ["700005", "700006", "700007"]) {
      const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: [id] });
      await jobWhen(volley, JobId, isDone);
      expect(volley.simulator.receivedBy(id)).toHaveLength(1);
    }
    for (const { Status, Tally } of await all()) {
      expect(Status).toBe("running");
      expect(Tally.Pending).toBeGreaterThan(200_000);
    }
    expect(volley.simulator.stats().peak).toBeLessThanOrEqual(SMALL_QUOTA.messages);
  });
});
