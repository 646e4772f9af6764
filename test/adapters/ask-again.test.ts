import { describe, expect, it } from "vitest";
import { askAgain, type Patience, repeat } from "../../lib/adapters/ask-again.ts";

/** Time that passes only by waiting and by `callMs` a call. */
function simulated(random: () => number, callMs = 0) {
  let nowMs = 1_000;
  const waits: number[] = [];
  const patience: Partial<Patience> = {
    now: () => nowMs,
    random,
    async sleep(ms) {
      waits.push(ms);
      nowMs += ms;
    },
  };
  return { patience, waits, pass: () => (nowMs += callMs) };
}

describe("askAgain", () => {
  it("does not ask for nothing", async () => {
    await askAgain("keys", [], () => Promise.reject(new Error("asked")));
  });

  it("asks only for what was left undone, until nothing is", async () => {
    const { patience, waits } = simulated(() => 1);
    const asked: (readonly number[])[] = [];
    const ask = async (left: readonly number[]) => {
      asked.push(left);
      return left.slice(2);
    };
    await askAgain("keys", [1, 2, 3, 4, 5], ask, patience);
    expect(asked).toEqual([[1, 2, 3, 4, 5], [3, 4, 5], [5]]);
    expect(waits).toEqual([50, 100]);
  });

  it("says in the end what was left undone", async () => {
    const { patience } = simulated(() => 1);
    await expect(askAgain("SQS messages", [1, 2, 3], async () => [3], patience)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "1 of 3 SQS messages were left undone",
      retryAfterS: 2,
    });
  });

  it("hands on what a call throws, and does not repeat it", async () => {
    const { patience, waits } = simulated(() => 1);
    const broken = new Error("denied");
    await expect(askAgain("keys", [1], () => Promise.reject(broken), patience)).rejects.toBe(broken);
    expect(waits).toEqual([]);
  });
});

describe("repeat", () => {
  const giveUp = () => new Error("gave up");
  const never = async () => undefined;

  it("takes the first result, also one that is falsy", async () => {
    const { patience, waits } = simulated(() => 1);
    let tries = 0;
    expect(await repeat(async () => (++tries < 3 ? undefined : 0), giveUp, patience)).toBe(0);
    expect({ tries, waits }).toEqual({ tries: 3, waits: [50, 100] });
  });

  it.each([
    { random: 1, want: [50, 100, 200, 400, 800, 1_000, 1_000, 1_000] },
    { random: 0.5, want: [25, 50, 100, 200, 400, ...Array(8).fill(500)] },
  ])("waits twice as long each time up to a second, $random of it, for 5 s in all", async ({ random, want }) => {
    const { patience, waits } = simulated(() => random);
    await expect(repeat(never, giveUp, patience)).rejects.toThrow("gave up");
    expect(waits).toEqual(want);
  });

  it("counts the time that calls take", async () => {
    const { patience, waits, pass } = simulated(() => 1, 2_000);
    await expect(repeat(async () => void pass(), giveUp, patience)).rejects.toThrow("gave up");
    expect(waits).toEqual([50, 100]);
  });

  it("keeps to other limits", async () => {
    const { patience, waits } = simulated(() => 1);
    const limits = { ...patience, firstMs: 10, longestMs: 30, deadlineMs: 100 };
    await expect(repeat(never, giveUp, limits)).rejects.toThrow("gave up");
    expect(waits).toEqual([10, 20, 30, 30]);
  });

  it("really waits, by default", async () => {
    let tries = 0;
    const startMs = performance.now();
    await repeat(async () => (++tries < 2 ? undefined : tries), giveUp, { random: () => 1, firstMs: 20 });
    expect(performance.now() - startMs).toBeGreaterThan(15);
  });
});
