import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthOf, numbersIn, toRanges, union } from "../../lib/domain/ranges.ts";
import { type Candidate, giveOut, receiversIn, receiversInBatch } from "../../lib/domain/shares.ts";

/** A job somewhere on its way: batches below the cursor are owed, open or counted. */
const candidate = fc
  .record({
    receivers: fc.integer({ min: 1, max: 4_000 }),
    batchSize: fc.integer({ min: 1, max: 500 }),
    begun: fc.double({ min: 0, max: 1, noNaN: true }),
    places: fc.array(fc.constantFrom("owed", "open", "counted"), { minLength: 8, maxLength: 8 }),
    servedAtMs: fc.nat(3),
    takesRoom: fc.boolean(),
  })
  .map(({ receivers, batchSize, begun, places, servedAtMs, takesRoom }): Candidate => {
    const batches = Math.ceil(receivers / batchSize);
    const cursor = Math.round(batches * begun);
    const below = Array.from({ length: cursor }, (_, n) => n);
    const at = (place: string) => toRanges(below.filter((n) => places[n % places.length] === place));
    const facts = { receivers, batches, batchSize };
    return { sizes: facts, open: receiversIn(facts, at("open")), owed: at("owed"), cursor, servedAtMs, takesRoom };
  });
const candidates = fc.array(candidate, { maxLength: 8 });
const free = fc.nat(3_000);

describe("giveOut", () => {
  it("gives at most the room and a part of one batch; all of it while somebody wants more", () => {
    fc.assert(
      fc.property(candidates, free, (jobs, room) => {
        const { given } = giveOut(jobs, { total: room, free: room });
        let [used, largest, wanting] = [0, 0, false];
        for (const [i, job] of jobs.entries()) {
          const got = given[i];
          if (!got || !job.takesRoom) continue;
          used += receiversIn(job.sizes, got.queue);
          for (const n of numbersIn(got.queue)) largest = Math.max(largest, receiversInBatch(job.sizes, n));
          wanting ||= got.owed.length > 0 || got.cursor < job.sizes.batches;
        }
        expect(used).toBeLessThan(room + Math.max(1, largest));
        if (wanting) expect(used).toBeGreaterThanOrEqual(room);
      }),
    );
  });

  it("gives owed batches before new ones, none twice, and keeps owing what it does not give", () => {
    fc.assert(
      fc.property(candidates, free, (jobs, room) => {
        const { given } = giveOut(jobs, { total: room, free: room });
        for (const [i, { owed, cursor, sizes, takesRoom }] of jobs.entries()) {
          const got = given[i] ?? { queue: [], owed: [], cursor: -1 };
          const fresh = toRanges(Array.from({ length: got.cursor - cursor }, (_, n) => cursor + n));
          expect(union([got.queue, got.owed])).toEqual(union([owed, fresh]));
          expect(lengthOf(got.queue) + lengthOf(got.owed)).toBe(lengthOf(owed) + lengthOf(fresh));
          if (got.cursor > cursor || !takesRoom) expect(got.owed).toEqual([]);
          if (!takesRoom) expect(got.cursor).toBe(sizes.batches);
        }
      }),
    );
  });

  it("gives to whoever has the fewest open receivers, among equals to the one served longest ago", () => {
    fc.assert(
      fc.property(candidates, free, (jobs, room) => {
        const { given } = giveOut(jobs, { total: room, free: room });
        const hands = jobs.flatMap((job, i) => {
          const got = given[i];
          if (!got || !job.takesRoom) return [];
          const last = got.cursor > job.cursor ? got.cursor - 1 : ([...numbersIn(got.queue)].at(-1) ?? -1);
          const after = job.open + receiversIn(job.sizes, got.queue);
          const wants = got.owed.length > 0 || got.cursor < job.sizes.batches;
          const before = last === -1 ? undefined : after - receiversInBatch(job.sizes, last);
          return [{ after, before, wants, servedAtMs: job.servedAtMs }];
        });
        // Whoever still waits had no fewer receivers open when another got its last batch.
        for (const { before, servedAtMs } of hands) {
          if (before === undefined) continue;
          for (const other of hands.filter(({ wants }) => wants)) {
            expect(before).toBeLessThanOrEqual(other.after);
            if (before === other.after) expect(servedAtMs).toBeLessThanOrEqual(other.servedAtMs);
          }
        }
      }),
    );
  });

  const large = (open: number, parts: Partial<Candidate> = {}): Candidate => ({
    sizes: { receivers: 100_000, batches: 200, batchSize: 500 },
    ...{ open, owed: [], cursor: 10, servedAtMs: 0, takesRoom: true },
    ...parts,
  });

  it.each<{ when: string; jobs: Candidate[]; room: { total: number; free: number }; want: boolean }>([
    {
      when: "a new job gets its share",
      jobs: [large(2_000), large(0)],
      room: { total: 4_000, free: 2_000 },
      want: false,
    },
    {
      when: "a new job meets a full room",
      jobs: [large(4_000), large(0)],
      room: { total: 4_000, free: 0 },
      want: true,
    },
    { when: "one job has the whole room", jobs: [large(4_000)], room: { total: 4_000, free: 0 }, want: false },
    {
      when: "an express job meets a full room",
      jobs: [large(4_000), large(0, { takesRoom: false })],
      room: { total: 4_000, free: 0 },
      want: false,
    },
    {
      when: "a small job has all it wants",
      jobs: [large(4_000), large(10, { cursor: 200 })],
      room: { total: 4_000, free: 0 },
      want: false,
    },
  ])("says whether to look again soon: $when", ({ jobs, room, want }) => {
    expect(giveOut(jobs, room).unfair).toBe(want);
  });

  it.each([
    { when: "two share a room that is too small", jobs: [large(0), large(0)], free: 1_000, want: 2 },
    { when: "one has all it wants", jobs: [large(0), large(10, { cursor: 200 })], free: 1_000, want: 1 },
    { when: "there is room for all", jobs: [large(0, { cursor: 199 })], free: 1_000, want: 0 },
    { when: "express takes no room", jobs: [large(0, { takesRoom: false })], free: 0, want: 0 },
  ])("says how many still wait: $when", ({ jobs, free, want }) => {
    expect(giveOut(jobs, { total: 4_000, free }).waiting).toBe(want);
  });
});
