import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChange } from "../../lib/domain/apply-change.ts";
import { control } from "../../lib/domain/control.ts";
import { dutyOf, opening, toCandidate } from "../../lib/domain/dispatch-plan.ts";
import type { Job } from "../../lib/domain/job.ts";
import { hasEnded, may } from "../../lib/domain/job-state.ts";
import { includes, numbersIn } from "../../lib/domain/ranges.ts";
import { giveOut, reviewShares } from "../../lib/domain/shares.ts";
import { aJob, NOW } from "../support/a-job.ts";

const SHARE_AGE_MS = 300_000;

/** What may befall two jobs of one account, in any order. */
type Step =
  | Readonly<{ do: "dispatch"; free: number; held: boolean; lastHoldEndMs: number }>
  | Readonly<{ do: "count"; job: number; batch: number }>
  | Readonly<{ do: "pause" | "resume" | "cancel"; job: number }>
  | Readonly<{ do: "pass"; ms: number }>;

const which = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("dispatch" as const),
      free: fc.nat(900),
      held: fc.boolean(),
      lastHoldEndMs: fc.integer({ min: NOW, max: NOW + 2 * SHARE_AGE_MS }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("count" as const), job: which, batch: fc.nat(11) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const), job: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), job: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(SHARE_AGE_MS) }) },
);

type Played = { job: Job; counted: Set<number> };

function play(steps: readonly Step[], check: (jobs: readonly Played[]) => void): readonly Played[] {
  let [nowMs, drawn] = [NOW, 0];
  const drawId = () => `drawn-${drawn++}`;
  const jobs: Played[] = [11, 12].map((batches) => ({
    job: aJob({ receivers: batches * 100 - 50, batches, batchSize: 100, cursor: 0, shares: [] }),
    counted: new Set<number>(),
  }));
  const settings = () => ({ nowMs, by: "c", graceMs: 20_000, drawId });

  const dispatch = ({ free, held, lastHoldEndMs: toMs }: Step & { do: "dispatch" }) => {
    const due = jobs.filter(({ job }) => dutyOf(job, settings()).do === "dispatch");
    const times = { nowMs, ageMs: SHARE_AGE_MS, heldTimes: [{ fromMs: NOW, toMs }], held };
    const reviewed = due.map(({ job, counted }) => reviewShares(job.shares, (n) => counted.has(n), times));
    const wanting = due.map(({ job }, i) =>
      toCandidate(job, reviewed[i] ?? { queued: [], owed: [], changed: false }, nowMs),
    );
    const { given } = giveOut(wanting, { total: 900, free: held ? 0 : free });
    for (const [i, one] of due.entries()) {
      const [seen, got] = [reviewed[i], given[i]];
      const made = seen && got && opening(one.job, seen, got, { nowMs, shareAgeMs: SHARE_AGE_MS, drawId });
      if (made) one.job = applyChange(one.job, made.change);
    }
  };

  for (const one of steps) {
    if (one.do === "pass") nowMs += one.ms;
    else if (one.do === "dispatch") dispatch(one);
    else {
      const played = jobs[one.job];
      if (!played) continue;
      if (one.do === "count") {
        if (one.batch < played.job.cursor) played.counted.add(one.batch); // a worker of any share, an old one too
      } else if (may(one.do, played.job.state)) {
        played.job = applyChange(played.job, control(played.job, one.do, settings()));
      }
    }
    check(jobs);
  }
  return jobs;
}

const timesIn = ({ shares }: Job, n: number) => shares.filter(({ batches }) => includes(batches, n)).length;

describe("after any order of dispatch runs, counts, pauses and resumes", () => {
  it("every batch below the cursor is counted, or stands in exactly one share; none beyond it does", () => {
    const check = (jobs: readonly Played[]) => {
      for (const { job, counted } of jobs) {
        if (hasEnded(job.state)) continue;
        const wrong = Array.from({ length: job.batches }, (_, n) => n).filter((n) => {
          const times = timesIn(job, n);
          return times > 1 || (n >= job.cursor ? times > 0 : times === 0 && !counted.has(n));
        });
        if (wrong.length > 0) throw new Error(`batches ${wrong} of ${JSON.stringify(job)}`); // expect() here takes seconds
      }
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => void play(steps, check)),
      { numRuns: 1_000 },
    );
  });

  it("a job that has not ended has a due time; no share id comes twice; `done` means that all is counted", () => {
    const seen = new Map<string, string>();
    const check = (jobs: readonly Played[]) => {
      for (const { job, counted } of jobs) {
        expect(job.dueAtMs === undefined).toBe(hasEnded(job.state));
        if (job.state === "done") expect(counted.size).toBe(job.batches);
        expect(new Set(job.shares.map(({ id }) => id)).size).toBe(job.shares.length);
        for (const { id, queuedAtMs, batches } of job.shares) {
          // A share once owed is never queued again under its id: its old tasks would be valid again.
          if (queuedAtMs === undefined) seen.set(`${job.id} ${id}`, "owed");
          else expect(seen.get(`${job.id} ${id}`)).toBeUndefined();
          expect([...numbersIn(batches)].length).toBeGreaterThan(0);
        }
      }
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => void play(steps, check)),
      { numRuns: 500 },
    );
  });

  it("a job that is left alone is done once everything is queued and counted", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const run: Step = { do: "dispatch", free: 10_000, held: false, lastHoldEndMs: NOW };
        const all = Array.from({ length: 12 }, (_, batch) => [0, 1].map((job): Step => ({ do: "count", job, batch })));
        const jobs = play(
          [...steps, { do: "resume", job: 0 }, { do: "resume", job: 1 }, run, ...all.flat(), run],
          () => {},
        );
        for (const { job } of jobs) expect(["done", "canceling", "canceled"]).toContain(job.state);
      }),
    );
  });
});
