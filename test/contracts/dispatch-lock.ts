import { beforeAll, describe, expect, it } from "vitest";
import type { DispatchLock, LockAnswer } from "../../lib/ports/dispatch-lock.ts";
import { drawId, NOW } from "../support/a-job.ts";

const TIMES = { leaseMs: 60_000, gapMs: 5_000 };

/** Every DispatchLock passes this one suite. */
export function dispatchLockContract(name: string, make: () => DispatchLock): void {
  let lock: DispatchLock;
  const take = (account: string, nowMs: number): Promise<LockAnswer> => lock.take(account, { ...TIMES, nowMs });
  const tokenOf = (answer: LockAnswer): string => {
    if (answer.kind === "busy") throw new Error(`busy until ${answer.untilMs}`);
    return answer.token;
  };
  const busy = (untilMs: number, lastStartMs = NOW) => ({ kind: "busy", untilMs, lastStartMs });

  describe(`${name} honours DispatchLock`, () => {
    beforeAll(() => {
      lock = make();
    });

    it("is an account's own", async () => {
      const [a, b] = [drawId(), drawId()];
      tokenOf(await take(a, NOW));
      tokenOf(await take(b, NOW));
      expect(await take(a, NOW)).toEqual(busy(NOW + 60_000));
    });

    it.each([
      { when: "at once", atMs: NOW, want: busy(NOW + 60_000) },
      { when: "a moment before the lease ends", atMs: NOW + 59_999, want: busy(NOW + 60_000) },
      { when: "when the lease is over", atMs: NOW + 60_000, want: { kind: "taken" } },
      { when: "by a clock that is behind", atMs: NOW - 10_000, want: busy(NOW + 60_000) },
    ])("is held $when: $want.kind", async ({ atMs, want }) => {
      const account = drawId();
      tokenOf(await take(account, NOW));
      expect(await take(account, atMs)).toMatchObject(want);
    });

    it.each([
      { when: "at once", atMs: NOW + 10, want: busy(NOW + 5_000) },
      { when: "a moment too early", atMs: NOW + 4_999, want: busy(NOW + 5_000) },
      { when: "after the gap", atMs: NOW + 5_000, want: { kind: "taken" } },
    ])("keeps a gap after the last start, also when it was released: $when: $want.kind", async ({ atMs, want }) => {
      const account = drawId();
      await lock.release(account, tokenOf(await take(account, NOW)));
      expect(await take(account, atMs)).toMatchObject(want);
    });

    it("says when the last run began, whoever asks", async () => {
      const account = drawId();
      await lock.release(account, tokenOf(await take(account, NOW)));
      const token = tokenOf(await take(account, NOW + 7_000));
      expect(await take(account, NOW + 8_000)).toEqual(busy(NOW + 67_000, NOW + 7_000));
      await lock.release(account, token);
      expect(await take(account, NOW + 8_000)).toEqual(busy(NOW + 12_000, NOW + 7_000));
    });

    it("is not released by who does not hold it any more", async () => {
      const account = drawId();
      const first = tokenOf(await take(account, NOW));
      const second = tokenOf(await take(account, NOW + 60_000));
      expect(second).not.toBe(first);
      await lock.release(account, first);
      expect(await take(account, NOW + 70_000)).toEqual(busy(NOW + 120_000, NOW + 60_000));
      await lock.release(account, second);
      await lock.release(account, second); // again
      tokenOf(await take(account, NOW + 70_000));
    });

    it("may be released where there is none", async () => {
      const account = drawId();
      await lock.release(account, "token");
      tokenOf(await take(account, NOW));
    });

    it("goes to one of many rivals", async () => {
      const account = drawId();
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => take(account, NOW + i)));
      expect(answers.filter(({ kind }) => kind === "taken")).toHaveLength(1);
    });
  });
}
