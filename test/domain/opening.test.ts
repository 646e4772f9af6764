import { describe, expect, it } from "vitest";
import { dutyOf, opening } from "../../lib/domain/dispatch-plan.ts";
import type { Job } from "../../lib/domain/job.ts";
import { giveOut, isValidTask, type Reviewed, type Share } from "../../lib/domain/shares.ts";
import { aJob, NOW } from "../support/a-job.ts";

const TIMES = { nowMs: NOW, shareAgeMs: 300_000, drawId: () => "drawn" };
const owed: Share = { id: "owed", batches: [[2, 4]] };
const queued: Share = { id: "queued", batches: [[0, 2]], queuedAtMs: NOW - 1 };
const bulk = (parts: Partial<Job>): Job => aJob({ batches: 9, receivers: 27, batchSize: 3, cursor: 4, ...parts });
const reviewed = (parts: Partial<Reviewed> = {}): Reviewed => ({
  queued: [queued],
  owed: [[2, 4]],
  changed: false,
  ...parts,
});

describe("the shares of a job that is given batches", () => {
  const given = { queue: [[4, 6]], owed: [[2, 4]], cursor: 6 } as const;
  const fresh: Share = { id: "drawn", batches: [[4, 6]], queuedAtMs: NOW };
  const one: Share = { id: "drawn", batches: [[2, 4]] };

  it("a share that stays owed stays as it is", () => {
    expect(opening(bulk({ shares: [queued, owed] }), reviewed(), given, TIMES)?.change.shares).toEqual([
      queued,
      owed,
      fresh,
    ]);
  });

  it.each([
    { when: "something of the shares was counted", shares: [queued, owed], seen: reviewed({ changed: true }) },
    {
      when: "two shares are owed",
      shares: [queued, { id: "a", batches: [[2, 3]] }, { id: "b", batches: [[3, 4]] }] as Share[],
      seen: reviewed(),
    },
  ])("what is owed becomes one new share when $when", ({ shares, seen }) => {
    expect(opening(bulk({ shares }), seen, given, TIMES)?.change.shares).toEqual([queued, one, fresh]);
  });

  it("what is owed and queued now is owed no more", () => {
    const all = { queue: [[2, 4]], owed: [], cursor: 4 } as const;
    expect(opening(bulk({ shares: [queued, owed] }), reviewed(), all, TIMES)?.change.shares).toEqual([
      queued,
      { id: "drawn", batches: [[2, 4]], queuedAtMs: NOW },
    ]);
  });
});

describe("a job of which nothing is left", () => {
  const nothing = { queued: [], owed: [], changed: true } as const;

  it("is done by this write, if it has several batches", () => {
    const job = bulk({ cursor: 9, shares: [], heldAtMs: NOW - 5, events: true });
    const change = opening(
      job,
      nothing,
      { queue: [], owed: [], cursor: 9 },
      { ...TIMES, heldSinceMs: NOW - 1 },
    )?.change;
    expect(change).toMatchObject({ state: "done", dueAtMs: undefined, shares: [] });
    expect(change?.history).toEqual([{ atMs: NOW, event: "done", by: "volley" }]);
    expect(change).not.toHaveProperty("heldAtMs");
  });

  it("is left to its worker, if it has one: that one writes the end", () => {
    const job = aJob({ lane: "express", shares: [] });
    expect(opening(job, nothing, { queue: [], owed: [], cursor: 1 }, TIMES)?.change.state).toBe("running");
  });
});

describe("a hold is told of once", () => {
  it.each([
    { when: "there is none", heldSinceMs: undefined, want: undefined },
    { when: "it is new", heldSinceMs: NOW - 10, want: NOW },
    { when: "it begins by another clock", heldSinceMs: NOW + 3, want: NOW + 3 },
    { when: "it is the one that was told", heldSinceMs: NOW - 20, want: undefined },
  ])("$when", ({ heldSinceMs, want }) => {
    const job = bulk({ events: true, heldAtMs: NOW - 20, shares: [queued, owed] });
    const given = { queue: [[4, 5]], owed: [[2, 4]], cursor: 5 } as const;
    const change = opening(job, reviewed(), given, { ...TIMES, heldSinceMs })?.change;
    expect(change?.heldAtMs).toBe(want);
    expect(change && "heldAtMs" in change).toBe(want !== undefined);
  });
});

it("a job past its time is ended as expired, and its history says so", () => {
  const settings = { nowMs: NOW, by: "volley", graceMs: 7, drawId: () => "drawn" };
  expect(dutyOf(aJob({ expiresAtMs: NOW }), settings)).toMatchObject({
    do: "expire",
    change: { state: "expiring", endsAtMs: NOW + 7, history: [{ atMs: NOW, event: "expire", by: "volley" }] },
  });
});

describe("the room", () => {
  const sizes = { receivers: 30, batches: 10, batchSize: 3 };
  const one = { sizes, open: 0, owed: [], cursor: 0, servedAtMs: 0, takesRoom: true };
  const idle = { ...one, cursor: 10 };

  it.each([
    { when: "alone, below its share by a batch", rivals: [one], total: 9, free: 6, unfair: true },
    { when: "alone, with all that there is", rivals: [one], total: 9, free: 9, unfair: false },
    { when: "alone, below its share by less than a batch", rivals: [one], total: 8, free: 6, unfair: false },
    { when: "beside a job that wants nothing and has nothing", rivals: [one, idle], total: 12, free: 9, unfair: true },
    {
      when: "beside a job that has its half already",
      rivals: [one, { ...idle, open: 6 }],
      total: 12,
      free: 6,
      unfair: false,
    },
    {
      when: "beside express, which takes none",
      rivals: [one, { ...one, takesRoom: false }],
      total: 12,
      free: 9,
      unfair: true,
    },
  ])("a job is $when: worth another look soon: $unfair", ({ rivals, total, free, unfair }) => {
    expect(giveOut(rivals, { total, free })).toMatchObject({ unfair, waiting: 1 });
  });

  it("gives what it gives in order of batches, whatever was owed", () => {
    const { given } = giveOut(
      [
        {
          ...one,
          owed: [
            [7, 9],
            [2, 3],
          ],
          cursor: 9,
        },
      ],
      { total: 99, free: 99 },
    );
    expect(given[0]?.queue).toEqual([
      [2, 3],
      [7, 10],
    ]);
  });
});

it("a task is valid for the batches of its share alone, all ranges of them", () => {
  const shares: Share[] = [
    {
      id: "s",
      batches: [
        [2, 4],
        [7, 8],
      ],
      queuedAtMs: NOW,
    },
    owed,
  ];
  const valid = (share: string) => Array.from({ length: 10 }, (_, n) => n).filter((n) => isValidTask(shares, share, n));
  expect(valid("s")).toEqual([2, 3, 7]);
  expect(valid("owed")).toEqual([]);
});
