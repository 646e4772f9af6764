import { describe, expect, it } from "vitest";
import { hasSent, isDone, jobOf, jobWhen, MESSAGE, postJob } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { SMALL_QUOTA } from "../support/small-quota.ts";

describe("a job for one receiver, beside a broadcast to 300,000", () => {
  it("is done while the broadcast has hardly begun", async () => {
    const Receiver = Array.from({ length: 300_000 }, (_, i) => 1_000_000_000 + i);
    const broadcast = await postJob(volley, { ...MESSAGE, Receiver });
    await jobWhen(volley, broadcast.JobId, hasSent);

    for (const id of ["700005", "700006", "700007"]) {
      const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: [id] });
      await jobWhen(volley, JobId, isDone);
      expect(volley.simulator.receivedBy(id)).toHaveLength(1);
    }
    const { Status, Tally } = await jobOf(volley, broadcast.JobId);
    expect(Status).toBe("running");
    expect(Tally.Pending).toBeGreaterThan(250_000);
    expect(volley.simulator.stats().peak).toBeLessThanOrEqual(SMALL_QUOTA.messages);
  });
});
