import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NO_COUNTS } from "../../lib/domain/outcome.ts";
import { NO_TALLY, totalOf } from "../../lib/domain/tally.ts";
import type { Tallies, TallyKey } from "../../lib/ports/tallies.ts";
import { drawId, NOW } from "../support/a-job.ts";

const sent = (batch: number, count: number, lateVersion = 0) => ({
  batch,
  counts: { ...NO_COUNTS, sent: count },
  lateVersion,
});

/** Every keeper of Tallies passes this one suite. */
export function talliesContract(name: string, make: () => Tallies): void {
  let tallies = {} as Tallies;
  let key: TallyKey = { run: "", tally: 0, goneAtMs: NOW };
  const at = async (tally = 0) => (await tallies.read(key.run, [tally]))[0];
  const total = async (run = key.run) => totalOf((await tallies.all(run)).values());
  const late = (parts: Partial<Parameters<Tallies["addLate"]>[1]> = {}) => ({
    batch: 0,
    claimId: "claim-a",
    messageIds: { "1": "901", "9223372036854775807": "9223372036854775806" },
    corrected: 0,
    seen: { counted: false, lateVersion: 0 },
    ...parts,
  });

  describe(`${name} honours Tallies`, () => {
    beforeAll(() => {
      tallies = make();
    });
    beforeEach(() => {
      key = { run: drawId(), tally: 0, goneAtMs: NOW };
    });

    it("counts nothing at first", async () => {
      expect(await tallies.read(key.run, [0, 1])).toEqual([NO_TALLY, NO_TALLY]);
      expect(await total()).toEqual(NO_COUNTS);
      expect(await tallies.read(key.run, [])).toEqual([]);
    });

    it("counts batches, and says what it came to", async () => {
      const first = { sent: 490, failed: 7, unknown: 3 };
      expect(await tallies.count(key, { batch: 7, counts: first, lateVersion: 0 })).toEqual({
        ...NO_TALLY,
        counts: first,
        counted: new Set([7]),
      });
      const both = { ...NO_TALLY, counts: { ...first, sent: 990 }, counted: new Set([7, 70]) };
      expect(await tallies.count(key, sent(70, 500))).toEqual(both);
      expect(await at()).toEqual(both);
      expect(await total()).toEqual(both.counts);
    });

    it("counts a batch once, however often and from however many it comes", async () => {
      const counted = await Promise.all(Array.from({ length: 10 }, () => tallies.count(key, sent(0, 500))));
      expect(counted.filter(Boolean)).toHaveLength(1);
      expect(await tallies.count(key, sent(0, 500))).toBeUndefined();
      expect(await total()).toEqual({ ...NO_COUNTS, sent: 500 });
    });

    it("loses none of many that come at once, in several tallies", async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => tallies.count({ ...key, tally: i % 4 }, sent(100 * (i % 4) + i, i))),
      );
      expect(await total()).toEqual({ ...NO_COUNTS, sent: 780 });
      const found = await tallies.all(key.run);
      expect([...found.keys()].toSorted()).toEqual([0, 1, 2, 3]);
      expect(found.get(3)).toEqual(await at(3));
      const all = await tallies.read(key.run, [3, 1, 9]);
      expect(all.map(({ counts }) => counts.sent)).toEqual([210, 190, 0]);
      expect(all[0]?.counted).toEqual(new Set([303, 307, 311, 315, 319, 323, 327, 331, 335, 339]));
    });

    it("reads more tallies than fit into one call, in the order of their numbers", async () => {
      await tallies.count({ ...key, tally: 119 }, sent(11_900, 1));
      const numbers = Array.from({ length: 120 }, (_, i) => i);
      const found = await tallies.read(key.run, numbers);
      expect(found.map(({ counts }) => counts.sent)).toEqual(numbers.map((n) => (n === 119 ? 1 : 0)));
    });

    it("keeps runs apart", async () => {
      await tallies.count(key, sent(0, 1));
      expect(await total(drawId())).toEqual(NO_COUNTS);
    });

    it("takes late answers for a batch that is not counted: only the answers", async () => {
      expect(await tallies.addLate(key, late())).toBe(true);
      expect(await at()).toEqual({ ...NO_TALLY, late: late().messageIds, lateVersion: 1 });
      expect(await total()).toEqual(NO_COUNTS);
    });

    it("takes late answers for a counted batch together with their correction", async () => {
      await tallies.count(key, { batch: 0, counts: { ...NO_COUNTS, unknown: 500 }, lateVersion: 0 });
      const seen = { counted: true, lateVersion: 0 };
      expect(await tallies.addLate(key, late({ corrected: 2, seen }))).toBe(true);
      expect(await at()).toEqual({
        counts: { sent: 2, failed: 0, unknown: 498 },
        counted: new Set([0]),
        late: late().messageIds,
        lateVersion: 1,
      });
    });

    it("takes the answers of one claim once, whatever was seen since", async () => {
      await tallies.count(key, { batch: 0, counts: { ...NO_COUNTS, unknown: 3 }, lateVersion: 0 });
      const answers = late({ corrected: 2, seen: { counted: true, lateVersion: 0 } });
      const taken = await Promise.all(Array.from({ length: 5 }, () => tallies.addLate(key, answers)));
      expect(taken).toEqual([true, true, true, true, true]);
      expect(await tallies.addLate(key, { ...answers, seen: { counted: true, lateVersion: 1 } })).toBe(true);
      expect(await at()).toMatchObject({ counts: { sent: 2, failed: 0, unknown: 1 }, lateVersion: 1 });
    });

    it.each([
      { when: "the batch was counted meanwhile", seen: { counted: false, lateVersion: 1 } },
      { when: "another late answer came meanwhile", seen: { counted: true, lateVersion: 0 } },
      { when: "what was seen is yet to come", seen: { counted: true, lateVersion: 2 } },
    ])("refuses late answers where $when", async ({ seen }) => {
      await tallies.addLate(key, late());
      await tallies.count(key, sent(0, 500, 1));
      const before = await at();
      expect(await tallies.addLate(key, late({ claimId: "claim-b", seen }))).toBe(false);
      expect(await at()).toEqual(before);
    });

    it("refuses late answers for a batch that was thought to be counted", async () => {
      const seen = { counted: true, lateVersion: 0 };
      expect(await tallies.addLate(key, late({ seen }))).toBe(false);
      expect(await at()).toEqual(NO_TALLY);
    });

    it("refuses to count on late answers that were not seen", async () => {
      await tallies.addLate(key, late());
      expect(await tallies.count(key, sent(0, 500))).toBeUndefined();
      expect(await tallies.count(key, sent(0, 500, 2))).toBeUndefined();
      expect(await at()).toMatchObject({ counts: NO_COUNTS, counted: new Set() });
      expect(await tallies.count(key, sent(0, 500, 1))).toMatchObject({ counts: { sent: 500 }, lateVersion: 1 });
    });

    it("keeps the first late answer for a receiver, and those of 500 after many others", async () => {
      await tallies.addLate(key, late());
      const ids = Array.from({ length: 500 }, (_, i) => String(9_223_372_036_854_775_308n + BigInt(i)));
      const messageIds = Object.fromEntries(ids.map((id) => [id, "7"]));
      const seen = { counted: false, lateVersion: 1 };
      expect(await tallies.addLate(key, late({ claimId: "claim-b", batch: 1, messageIds, seen }))).toBe(true);
      const tally = await at();
      expect(tally?.lateVersion).toBe(2);
      expect(tally?.late).toEqual({ ...messageIds, ...late().messageIds });
    });
  });
}
