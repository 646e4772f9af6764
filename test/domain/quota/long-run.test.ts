import { describe, expect, it } from "vitest";
import { volley } from "../../../bench/quota-limiters.ts";
import { percentile, type Scenario, simulate } from "../../../bench/quota-simulation.ts";

const policy = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };

const saturated = (size: Scenario["size"], more: Partial<Scenario> = {}): Scenario => ({
  quota: policy.messages,
  windowMs: policy.windowMs,
  marginMs: policy.marginMs,
  minutes: 30,
  workers: 12,
  size,
  ...more,
});

describe("over 30 simulated minutes with a saturated queue", () => {
  it.each([
    { mix: "full batches", size: () => 500 },
    { mix: "aligned batches", size: () => 497 },
    { mix: "10 to 500", size: (random: () => number) => 10 + Math.floor(random() * 491) },
    { mix: "small or full", size: (random: () => number) => (random() < 0.5 ? 10 : 500) },
  ])("$mix: the quota is kept and used, and express waits little", ({ size }) => {
    const measured = simulate(
      volley(policy),
      saturated(size, { express1EveryMs: 1_000, express500EveryMs: 45_000 }),
      1,
    );
    expect(measured.peak).toBeLessThanOrEqual(policy.messages);
    expect(measured.use).toBeGreaterThanOrEqual(0.985);
    expect(percentile(measured.express1Ms, 0.99)).toBeLessThan(500);
    expect(percentile(measured.express500Ms, 0.95)).toBeLessThan(8_000); // they are forty: p99 would be the longest of them
  });

  it("150 express jobs of 500 that wait at once keep nobody with one receiver waiting", () => {
    const crowd = saturated(() => 497, { minutes: 12, express1EveryMs: 1_000, express500AtOnce: 150 });
    const { peak, express1Ms, express500Ms } = simulate(volley(policy), crowd, 4);
    expect(peak).toBeLessThanOrEqual(policy.messages);
    expect(percentile(express1Ms, 0.99)).toBeLessThan(500);
    expect(express500Ms).toHaveLength(150);
    expect(percentile(express500Ms, 1)).toBeLessThan(9 * 60_000); // the last of them left, too
  });

  it.each([
    { answerMs: 300, least: 0.985 },
    { answerMs: 1_000, least: 0.975 },
  ])(
    "answers of $answerMs ms: the quota is kept, and no less of it used than late tokens cost",
    ({ answerMs, least }) => {
      const load = { answerMs, workers: 24, express1EveryMs: 1_000, express500EveryMs: 30_000 };
      const { peak, use } = simulate(
        volley(policy),
        saturated(() => 497, load),
        20_240_515,
      );
      expect(peak).toBeLessThanOrEqual(policy.messages);
      expect(use).toBeGreaterThanOrEqual(least);
    },
  );

  it("one job in aligned batches never splits one", () => {
    const { splits, use } = simulate(
      volley(policy),
      saturated(() => 497),
      2,
    );
    expect(splits).toBe(0);
    expect(use).toBeGreaterThanOrEqual(0.985);
  });

  it("jobs of any sizes leave parts behind, which whole batches put together again", () => {
    let odd = 100;
    const { splits, calls, use } = simulate(
      volley(policy),
      saturated((random) => (odd-- > 0 ? 10 + Math.floor(random() * 491) : 497), { minutes: 60 }),
      5,
    );
    expect(use).toBeGreaterThanOrEqual(0.985);
    expect(splits / (calls - splits)).toBeLessThan(1); // without that there are three parts more to a batch, and ever more
  });

  it("batches of ten, many to a slot", () => {
    const { peak, use } = simulate(
      volley(policy),
      saturated(() => 10, { minutes: 15, workers: 24 }),
      3,
    );
    expect(peak).toBeLessThanOrEqual(policy.messages);
    expect(use).toBeGreaterThanOrEqual(0.985);
  });
});
