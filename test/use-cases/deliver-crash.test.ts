import { describe, expect, it } from "vitest";
import { Crash, type CrashPoint, crashingDeliver } from "./crashing.ts";
import { scenarios } from "./scenarios.ts";
import { accepted, drain, expectEverybodyAnswered, makeWorld, VISIBILITY_MS } from "./world.ts";

const modes: readonly Omit<CrashPoint, "at">[] = [
  { when: "before", dies: true },
  { when: "after", dies: true },
  { when: "before", dies: false },
  { when: "after", dies: false },
];

describe.each(scenarios)("when $when", (options) => {
  it.each(modes)("a crash $when any call (the worker dies: $dies) leaves everybody with one outcome", async (mode) => {
    const { calls } = await run();
    expect(calls.length).toBeGreaterThan(3);
    for (let at = 0; at < calls.length; at++) await run({ ...mode, at });
  });

  async function run(point?: CrashPoint) {
    const world = await accepted(makeWorld(options));
    const { deliver, calls } = crashingDeliver(world, point);
    await drain(world, 1, deliver);
    try {
      expect(world.failures.every((error) => error instanceof Crash)).toBe(true);
      expect(world.failures).toHaveLength(point ? 1 : 0);
      await expectEverybodyAnswered(world);
    } catch (error) {
      throw new Error(`${point?.when} call ${point?.at}, ${calls[point?.at ?? 0]}, of ${calls.join(" ")}`, {
        cause: error,
      });
    }
    return { calls };
  }
});

it("a message comes back after its worker died, not sooner", async () => {
  const world = await accepted(makeWorld({ receivers: 1 }));
  const { deliver } = crashingDeliver(world, { at: 0, when: "before", dies: true });
  const startMs = world.clock.now();
  await drain(world, 1, deliver);
  expect(world.upstream.calls.map(({ atMs }) => atMs - startMs)).toEqual([VISIBILITY_MS]);
});
