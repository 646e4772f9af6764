import { beforeEach, describe, expect, it } from "vitest";
import type { Lane } from "../../lib/domain/job.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import type { QuotaControl } from "../../lib/ports/quota-control.ts";
import type { QuotaReader } from "../../lib/ports/quota-reader.ts";
import type { TokenBucket } from "../../lib/ports/token-bucket.ts";
import { secondContract } from "./token-bucket-second.ts";

export const policy: QuotaPolicy = {
  messages: 1_000,
  windowMs: 60_000,
  marginMs: 300,
  floor: 10,
  minGapMs: 250,
  callTimeoutMs: 10_000,
};
const START = 1_700_000_000_000;
/** The account that has settings of its own. */
const SMALL = { ...policy, messages: 100 };
export const policyOf = (account: string): QuotaPolicy => (account.endsWith(" small") ? SMALL : policy);

/**
 * Every TokenBucket passes this one suite; the in-memory one is only a stand-in because it does.
 *
 * @param make a bucket with {@link policyOf} that reads `now`; each test asks for accounts of its own
 */
export function tokenBucketContract(
  name: string,
  make: (now: () => number) => TokenBucket & QuotaReader & QuotaControl,
): void {
  secondContract(name, make);
  describe(`${name} honours TokenBucket`, () => {
    let bucket: TokenBucket & QuotaReader & QuotaControl;
    let nowMs = START;
    let account = "";
    let tests = 0;
    const reserve = (count: number, lane: Lane = "bulk", maxWaitMs = 60_000) =>
      bucket.reserve(account, { count, lane, maxWaitMs });

    beforeEach(() => {
      nowMs = START;
      tests += 1;
      account = `${name} ${tests}`;
      bucket = make(() => nowMs);
    });

    it("grants an unknown account its first slot at once", async () => {
      expect(await reserve(500)).toEqual({ kind: "granted", slotMs: START, granted: 500, probe: false, aheadMs: 0 });
      expect(await bucket.usage(account)).toEqual({
        ...{ used: 500, reservedAhead: 0, capacity: 1_000, room: 2_000 },
        returnsAtMs: START + 60_300,
      });
    });

    it("keeps each account to its own settings, and to what is stored over them", async () => {
      account = `${account} small`;
      expect(await reserve(500, "express")).toMatchObject({ kind: "granted", granted: 90 });
      expect(await bucket.usage(account)).toMatchObject({ used: 90, capacity: 100 });
      const wish = { event: "limits", limits: { floor: 20 }, by: "ops" } as const;
      expect(await bucket.change(account, wish)).toBeUndefined();
      expect(await bucket.state(account)).toMatchObject({ settings: SMALL, policy: { ...SMALL, floor: 20 } });
    });

    it("remembers what it granted: the rest, then nothing until tokens return", async () => {
      await reserve(500, "express");
      expect(await reserve(500, "express")).toMatchObject({ kind: "wait", untilMs: START + 30_300, why: "quota" });
      expect(await reserve(490, "express")).toMatchObject({ kind: "granted", granted: 490 });
      expect(await reserve(10, "express")).toMatchObject({ kind: "granted", granted: 10 });
      expect(await reserve(1, "express")).toEqual({ kind: "wait", untilMs: START + 30_300, why: "quota" });
      nowMs = START + 30_300;
      expect(await reserve(1, "express")).toMatchObject({ kind: "granted", slotMs: START + 60_300 });
      expect(await bucket.usage(account)).toEqual({
        ...{ used: 1_000, reservedAhead: 1, capacity: 1_000, room: 2_000 },
        returnsAtMs: START + 60_300,
      });
    });

    it("reserves no further ahead than the caller will wait, and tells when to ask", async () => {
      await reserve(990, "express");
      expect(await reserve(500, "express", 5_000)).toEqual({ kind: "wait", untilMs: START + 55_300, why: "quota" });
      nowMs = START + 55_299;
      expect(await reserve(500, "express", 5_000)).toMatchObject({ kind: "wait" });
      nowMs = START + 55_300;
      expect(await reserve(500, "express", 5_000)).toMatchObject({ kind: "granted", slotMs: START + 60_300 });
    });

    it("serves several asks at once, in their order, none of them twice", async () => {
      const answers = await Promise.all([500, 500, 490, 10].map((count) => reserve(count, "express", 0)));
      expect(answers.map((one) => (one.kind === "granted" ? one.granted : one.untilMs - START))).toEqual([
        500, 60_300, 490, 10,
      ]);
      expect(await bucket.usage(account)).toMatchObject({ used: 1_000 });
    });

    it("gives a process whose clock is behind the account's time", async () => {
      await reserve(500);
      nowMs = START - 800;
      const granted = { kind: "granted", slotMs: START, granted: 10, probe: false, aheadMs: 800 };
      expect(await reserve(10)).toMatchObject(granted);
      await reserve(480, "express");
      expect(await reserve(10, "express", 0)).toMatchObject({ kind: "granted" });
      expect(await reserve(1, "express", 0)).toEqual({ kind: "wait", untilMs: START + 60_300 - 800, why: "quota" });
    });

    it("keeps accounts apart", async () => {
      await reserve(500);
      const other = await bucket.reserve(`${account} other`, { count: 500, lane: "bulk", maxWaitMs: 0 });
      expect(other).toMatchObject({ slotMs: START });
    });

    it("moves a late call: its tokens return one window after the answer", async () => {
      await reserve(500);
      await reserve(490, "express");
      nowMs = START + 5_000;
      await bucket.moveLate(account, { slotMs: START, count: 490, answeredAtMs: nowMs });
      expect(await bucket.usage(account)).toMatchObject({ used: 990 });
      nowMs = START + 40_000;
      expect(await reserve(490, "express")).toMatchObject({ kind: "granted", slotMs: START + 60_300 });
      expect(await reserve(10, "express")).toMatchObject({ kind: "granted", slotMs: nowMs });
      expect(await reserve(490, "express")).toMatchObject({ kind: "granted", slotMs: START + 65_000 });
    });

    it("moves nothing once its window is over", async () => {
      await reserve(500);
      nowMs = START + 70_000;
      await reserve(10);
      await bucket.moveLate(account, { slotMs: START, count: 500, answeredAtMs: START + 5_000 });
      expect(await bucket.usage(account)).toMatchObject({ used: 10, reservedAhead: 0 });
    });

    it("holds, lets one probe through, and goes on once it is lifted", async () => {
      await bucket.hold(account, "credentials");
      expect(await reserve(1, "express")).toEqual({ kind: "wait", untilMs: START + 30_000, why: "held" });
      expect(await bucket.usage(account)).toMatchObject({ heldUntilMs: START + 30_000 });
      nowMs = START + 30_000;
      const both = await Promise.all([reserve(1, "express"), reserve(1, "express")]);
      expect(both.map((one) => one.kind === "granted" && one.probe).sort()).toEqual([false, true]);
      expect(both.find((one) => one.kind === "wait")).toMatchObject({ why: "held" });
      await bucket.lift(account);
      expect(await reserve(1, "express")).toMatchObject({ kind: "granted", probe: false });
    });

    it("holds as long as it is asked to", async () => {
      await bucket.hold(account, "flow", 45_000);
      expect(await reserve(1, "express")).toEqual({ kind: "wait", untilMs: START + 45_000, why: "held" });
      await bucket.hold(account, "not-sent");
      expect(await bucket.usage(account)).toMatchObject({ heldUntilMs: START + 45_000 });
    });

    it("remembers its last hold: it ends when it is lifted, or by itself meanwhile", async () => {
      await bucket.hold(account, "unclear");
      expect(await bucket.usage(account)).toEqual(expect.not.objectContaining({ lastHold: expect.anything() }));
      nowMs = START + 1_500;
      expect(await bucket.usage(account)).toMatchObject({ lastHold: { fromMs: START, toMs: START + 1_000 } });
      await reserve(1);
      nowMs = START + 2_000;
      await bucket.lift(account);
      nowMs = START + 9_000;
      expect(await bucket.usage(account)).toMatchObject({ lastHold: { fromMs: START, toMs: START + 2_000 } });
    });

    it("remembers the capacity that a flow hold took", async () => {
      await bucket.hold(account, "flow");
      expect(await bucket.usage(account)).toMatchObject({ capacity: 800, heldUntilMs: START + 1_000 });
      await bucket.lift(account);
      expect(await bucket.usage(account)).toMatchObject({ used: 0, reservedAhead: 0, capacity: 800 });
    });

    it("holds to the limits that are stored over its settings, from the next reservation on", async () => {
      await reserve(500, "express");
      expect(
        await bucket.change(account, { event: "limits", by: "ops", limits: { messages: 600, floor: 0 } }),
      ).toBeUndefined();
      expect(await reserve(500, "express")).toMatchObject({ kind: "wait", untilMs: START + 30_300 });
      expect(await reserve(100, "express")).toMatchObject({ kind: "granted", granted: 100 });
      expect(await bucket.usage(account)).toMatchObject({ used: 600, capacity: 600, room: 1_200 });
      expect(await bucket.state(account)).toMatchObject({
        ...{ policy: { messages: 600, floor: 0 }, settings: policy },
        standing: { limits: { messages: 600, floor: 0 } },
      });
      await bucket.change(account, { event: "limits", by: "ops", limits: { messages: null } });
      expect(await reserve(400, "express")).toMatchObject({ kind: "granted", granted: 400 });
    });

    it("counts late calls, holds and the end of them by the stored limits too", async () => {
      await bucket.change(account, { event: "limits", by: "ops", limits: { messages: 100, windowMs: 30_000 } });
      await reserve(90, "express");
      nowMs = START + 20_000;
      await bucket.moveLate(account, { slotMs: START, count: 90, answeredAtMs: nowMs });
      expect(await reserve(90, "express")).toMatchObject({ kind: "wait", untilMs: START + 50_000 - 15_000 });
      await bucket.hold(account, "flow");
      expect(await bucket.usage(account)).toMatchObject({ capacity: 80, heldUntilMs: nowMs + 500 });
    });

    it("refuses limits that nobody could keep, and changes nothing", async () => {
      const refused = await bucket.change(account, { event: "limits", by: "ops", limits: { messages: 10 } });
      expect(refused).toMatchObject({ messages: 10, floor: 10 });
      expect((await bucket.state(account)).standing).toEqual({});
      expect(await bucket.changes(account)).toEqual([]);
    });

    it("grants nothing in a pause, whoever asks, and goes on when it is resumed", async () => {
      expect(await bucket.isPaused(account)).toBe(false);
      await bucket.change(account, { event: "pause", by: "ops" });
      await bucket.change(account, { event: "pause", by: "somebody else" });
      expect(await bucket.isPaused(account)).toBe(true);
      expect(await reserve(1, "express")).toEqual({ kind: "wait", untilMs: START + 5_000, why: "paused" });
      expect(await bucket.usage(account)).toMatchObject({ pausedAtMs: START });
      nowMs = START + 9_000;
      await bucket.change(account, { event: "resume", by: "ops" });
      expect(await reserve(1, "express")).toMatchObject({ kind: "granted" });
      expect(await bucket.usage(account)).toMatchObject({ lastPause: { fromMs: START, toMs: START + 9_000 } });
    });

    it("keeps who changed what, the latest first, the last fifty", async () => {
      for (let n = 1; n <= 55; n++) {
        nowMs = START + n;
        const limits = { messages: 100 + n };
        await bucket.change(account, { event: "limits", by: `ops ${n}`, limits });
      }
      const all = await bucket.changes(account);
      expect(all).toHaveLength(50);
      expect(all[0]).toEqual({ n: 55, atMs: START + 55, by: "ops 55", event: "limits", limits: { messages: 155 } });
      expect(all.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, i) => 55 - i));
    });

    it("two operators at once: both changes are kept", async () => {
      const by = ["a", "b", "c"];
      await Promise.all(
        by.map((one, i) => bucket.change(account, { event: "limits", by: one, limits: { perSecond: 9 + i } })),
      );
      expect((await bucket.changes(account)).map((one) => one.by).sort()).toEqual(by);
    });

    it("grants no token twice, however many ask at once", async () => {
      const all = await Promise.all(Array.from({ length: 30 }, () => reserve(100, "express")));
      const granted = all.flatMap((one) => (one.kind === "granted" ? [one] : []));
      const inWindow = granted.filter(({ slotMs }) => slotMs < START + 60_300);
      expect(inWindow.reduce((sum, one) => sum + one.granted, 0)).toBe(900); // the floor is for small asks
    });
  });
}
