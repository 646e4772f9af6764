import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkClock, withoutFuture } from "../../../lib/domain/quota/clock-check.ts";
import { EMPTY_LEDGER, type Ledger } from "../../../lib/domain/quota/ledger.ts";
import { reserveAll } from "../../../lib/domain/quota/reserve-all.ts";

const policy = {
  ...{ messages: 1_000, windowMs: 60_000, marginMs: 300, floor: 10, minGapMs: 250, callTimeoutMs: 10_000 },
};
const NOW = 1_700_000_000_000;
const wholeSeconds = (ms: number) => 1_000 * Math.floor(ms / 1_000);

/** An answer to a clock that is ahead by so much: the server wrote its Date `thereMs` after it was asked. */
const answer = (serverMs: number, aheadMs: number, thereMs: number, backMs: number) => ({
  sentMs: serverMs - thereMs + aheadMs,
  receivedMs: serverMs + backMs + aheadMs,
  dateMs: wholeSeconds(serverMs),
});

describe("checkClock", () => {
  it.each([
    { when: "right, at a second's begin", at: 0, aheadMs: 0, want: "agrees" },
    { when: "right, at a second's end", at: 995, aheadMs: 0, want: "agrees" },
    { when: "a little ahead", at: 500, aheadMs: 400, want: "agrees" },
    { when: "2 s ahead", at: 500, aheadMs: 2_000, want: "off" },
    { when: "2 s ahead, at a second's end", at: 999, aheadMs: 2_000, want: "off" },
    { when: "5 s ahead", at: 500, aheadMs: 5_000, want: "off" },
    { when: "2 s behind", at: 500, aheadMs: -2_000, want: "off" },
    { when: "2 s ahead, at a second's begin", at: 0, aheadMs: 2_000, want: "off" },
    { when: "2 s behind, at a second's end", at: 999, aheadMs: -2_000, want: "off" },
    { when: "1.2 s ahead, as far as this answer can tell", at: 200, aheadMs: 1_200, want: "open" },
    { when: "1.2 s ahead, at a second's end", at: 900, aheadMs: 1_200, want: "off" },
  ])("a clock that is $when: $want", ({ at, aheadMs, want }) => {
    expect(checkClock(answer(NOW + at, aheadMs, 3, 3)).kind).toBe(want);
  });

  it("an answer that took long tells nothing: a process may have been frozen meanwhile", () => {
    expect(checkClock(answer(NOW, 0, 10, 60_000)).kind).toBe("open");
    expect(checkClock(answer(NOW, 0, 60_000, 10)).kind).toBe("open");
  });

  it("never calls a clock off that is within half a second, however long the answer takes, nor says that one agrees that is 2 s off", () => {
    const ms = (most: number) => fc.integer({ min: 0, max: most });
    fc.assert(
      fc.property(
        ms(2_000),
        fc.integer({ min: -5_000, max: 5_000 }),
        ms(5_000),
        ms(5_000),
        (at, aheadMs, there, back) => {
          const verdict = checkClock(answer(NOW + at, aheadMs, there, back));
          if (Math.abs(aheadMs) <= 500) expect(verdict.kind).not.toBe("off");
          if (Math.abs(aheadMs) >= 2_000) expect(verdict.kind).not.toBe("agrees");
          if (Math.abs(aheadMs) >= 2_000 && there + back <= 500) expect(verdict.kind).toBe("off");
          if (verdict.kind === "off") expect(Math.abs(verdict.aheadMs)).toBeLessThanOrEqual(Math.abs(aheadMs));
        },
      ),
    );
  });
});

describe("a ledger from the future", () => {
  const future: Ledger = {
    ...EMPTY_LEDGER,
    seenMs: NOW + 86_400_000,
    pacedUntilMs: NOW + 86_400_000,
    entries: [{ slotMs: NOW + 86_400_000, count: 1_000 }],
    hold: { why: "flow", sinceMs: NOW + 86_400_000, untilMs: NOW + 86_401_000, backoffMs: 1_000, probing: false },
    shrunk: { sinceMs: NOW + 86_400_000, capacity: 800 },
  };
  const ask = (ledger: Ledger, nowMs: number, count = 1) =>
    reserveAll(ledger, policy, [{ count, lane: "express", maxWaitMs: 0 }], nowMs);

  it("by a day stalls nobody for longer than a window and a half", () => {
    const { ledger, answers } = ask(future, NOW);
    expect(answers).toEqual([{ kind: "wait", untilMs: NOW + 90_300, why: "quota" }]);
    expect(ask(ledger, NOW + 90_299).answers[0]).toMatchObject({ kind: "wait" });
    expect(ask(ledger, NOW + 90_300).answers[0]).toMatchObject({ kind: "granted", slotMs: NOW + 90_300, probe: true });
  });

  it("has forgotten what was spent: nothing is granted until all of it has come back", () => {
    const { ledger } = ask(future, NOW);
    for (const laterMs of [0, 1_000, 30_000, 60_000]) {
      expect(ask(ledger, NOW + laterMs).answers[0]).toMatchObject({ kind: "wait" });
    }
  });

  it("by a window is within what it stalls anyway: it is left as it is", () => {
    const near = { ...EMPTY_LEDGER, seenMs: NOW + 60_000 };
    expect(withoutFuture(near, policy, NOW)).toBe(near);
    expect(withoutFuture({ ...near, seenMs: NOW + 60_001 }, policy, NOW)).not.toBe(near);
  });

  it("in a short window is one by more than ten seconds: two clocks that were checked may differ", () => {
    const short = { ...policy, windowMs: 1_000, callTimeoutMs: 400 };
    const near = { ...EMPTY_LEDGER, seenMs: NOW + 10_000 };
    expect(withoutFuture(near, short, NOW)).toBe(near);
  });
});
