import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JobState } from "../../lib/domain/job.ts";
import { NO_COUNTS } from "../../lib/domain/outcome.ts";
import { aJob, type MakeResults, NOW, type ResultsPorts } from "./results-ports.ts";

const sent = (tag: string, count: number) => ({ tag, counts: { ...NO_COUNTS, sent: count } });

/** Every keeper of Tallies passes this one suite. */
export function talliesContract(name: string, make: MakeResults): void {
  let { tallies, jobs, results } = {} as ResultsPorts;
  let job = aJob();

  describe(`${name} honours Tallies`, () => {
    beforeAll(() => {
      ({ tallies, jobs, results } = make(() => NOW));
    });

    beforeEach(async () => {
      job = aJob();
      await jobs.create(job);
    });

    it("counts nothing at first", async () => {
      expect(await tallies.read(job)).toEqual(NO_COUNTS);
    });

    it("adds changes, negative ones too, and says what it came to", async () => {
      const unknown = { tag: "0.1", counts: { ...NO_COUNTS, unknown: 500 } };
      const corrected = { tag: "0.2", counts: { ...NO_COUNTS, unknown: -499, sent: 499 } };
      expect(await tallies.add(job, 0, unknown)).toEqual(unknown.counts);
      expect(await tallies.add(job, 0, corrected)).toEqual({ ...NO_COUNTS, unknown: 1, sent: 499 });
      expect(await tallies.read(job)).toEqual({ ...NO_COUNTS, unknown: 1, sent: 499 });
    });

    it("counts a change once, however often and from however many it comes", async () => {
      const counts = await Promise.all(Array.from({ length: 10 }, () => tallies.add(job, 0, sent("0.1", 500))));
      expect(counts.filter(Boolean)).toEqual([{ ...NO_COUNTS, sent: 500 }]);
      expect(await tallies.add(job, 0, sent("0.1", 500))).toBeUndefined();
      expect(await tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 500 });
    });

    it("takes a name for itself, not for what begins with it", async () => {
      await tallies.add(job, 0, sent("1.1", 1));
      expect(await tallies.add(job, 0, sent("11.1", 1))).toEqual({ ...NO_COUNTS, sent: 2 });
      expect(await tallies.add(job, 0, sent("1", 1))).toEqual({ ...NO_COUNTS, sent: 3 });
    });

    it("loses none of many that come at once", async () => {
      await Promise.all(Array.from({ length: 40 }, (_, i) => tallies.add(job, i % 4, sent(`${i}.1`, i))));
      expect(await tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 780 });
    });

    it("keeps tallies and jobs apart", async () => {
      const other = aJob();
      await tallies.add(job, 0, sent("0.1", 1));
      expect(await tallies.add(job, 1, sent("0.1", 2))).toEqual({ ...NO_COUNTS, sent: 2 });
      expect(await tallies.add(other, 0, sent("0.1", 4))).toEqual({ ...NO_COUNTS, sent: 4 });
      expect(await tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 3 });
    });

    it.each<{ state: JobState; want: JobState }>([
      { state: "running", want: "done" },
      { state: "paused", want: "done" },
      { state: "canceled", want: "canceled" },
      { state: "accepting", want: "accepting" },
    ])("finishes a job that is $state: it is $want", async ({ state, want }) => {
      await jobs.move(job.id, ["accepting"], state);
      await tallies.finish(job);
      await tallies.finish(job);
      expect((await results.job(job.id))?.state).toBe(want);
    });

    it("takes a finished job off the list of those somebody has to look at", async () => {
      await jobs.start(job, "running");
      await tallies.finish(job);
      expect(await jobs.due(NOW + 10 ** 12, 10_000)).not.toContain(job.id);
    });
  });
}
