import { describe, expect, it } from "vitest";
import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { onTime } from "../../lib/use-cases/on-time.ts";
import { policy } from "../contracts/token-bucket.ts";

const NOW = 1_700_000_000_000;
const now = () => NOW;
const ask = { count: 1, lane: "express", maxWaitMs: 0 } as const;
const WAIT = { kind: "wait", untilMs: NOW + 10_000, why: "held" };

describe("onTime", () => {
  /** @param verdicts of the watch, one after the other */
  const make = (...verdicts: boolean[]) => {
    const told = { refused: 0 };
    const isClockOff = () => verdicts.shift() ?? false;
    const bucket = onTime(memoryTokenBucket({ policy, now }), { isClockOff, now, onRefused: () => told.refused++ });
    return { bucket, told };
  };

  it("asks as ever while the clock agrees", async () => {
    const { bucket, told } = make();
    expect(await bucket.reserve("a", ask)).toMatchObject({ kind: "granted" });
    expect(told.refused).toBe(0);
  });

  it("reserves nothing once the clock is off, and says so", async () => {
    const { bucket, told } = make(true);
    expect(await bucket.reserve("a", ask)).toEqual(WAIT);
    expect(await bucket.usage("a")).toMatchObject({ used: 0 });
    expect(told.refused).toBe(1);
  });

  it("gives no slot away that was reserved by the very call that told", async () => {
    const { bucket } = make(false, true);
    expect(await bucket.reserve("a", ask)).toEqual(WAIT);
    expect(await bucket.usage("a")).toMatchObject({ used: 1 });
  });
});
