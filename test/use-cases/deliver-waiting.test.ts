import { describe, expect, it } from "vitest";
import { NOW } from "../contracts/results-ports.ts";
import { type Ask, granted } from "./fake-bucket.ts";
import {
  accepted,
  batchOf,
  callsOf,
  deliverAll,
  drain,
  expectEverybodyAnswered,
  makeWorld,
  type World,
} from "./world.ts";

describe("waiting for the quota", () => {
  const wait = (untilMs: number) => ({ kind: "wait", untilMs, why: "quota" }) as const;
  const atMs = ({ quota }: World) => quota.asks.map(({ nowMs }) => nowMs - NOW);
  const onceThen = (first: (ask: Ask) => ReturnType<typeof granted>) => (ask: Ask) =>
    ask.n === 0 ? first(ask) : granted(ask.nowMs, ask.count);

  it("sends at the slot, not before", async () => {
    expect(callsOf(await deliverAll({ grant: ({ count }) => granted(NOW + 20_000, count) }))).toEqual(["20000 1,2,3"]);
  });

  it("waits inside the worker while there is time", async () => {
    const world = await deliverAll({ grant: onceThen(() => wait(NOW + 60_000)) });
    expect(atMs(world)).toEqual([0, 60_000]);
  });

  it.each([
    { when: "the tokens come after its time", first: wait(NOW + 200_000), secondAt: 200_000 },
    { when: "the slot is after its time", first: granted(NOW + 106_000, 3), secondAt: 106_000 },
    { when: "a hold outlasts what SQS can delay", first: wait(NOW + 7_200_000), secondAt: 900_000 },
  ])("goes back to the queue when $when", async ({ first, secondAt }) => {
    const world = await deliverAll({ grant: onceThen(() => first) });
    expect(atMs(world)).toEqual([0, secondAt]);
    await expectEverybodyAnswered(world);
  });

  it("reserves anew when it overslept its slot", async () => {
    const world = await accepted(
      makeWorld({ receivers: 3, grant: ({ nowMs, count }) => granted(nowMs + 1_000, count) }),
    );
    const { clock } = world.ports;
    let slept = 0;
    const sleep = (ms: number) => clock.sleep(slept++ === 0 ? ms + 301 : ms);
    Object.assign(world.ports, { clock: { ...clock, sleep } });
    await drain(world);
    expect(atMs(world)).toEqual([0, 1_301]);
    expect(callsOf(world)).toEqual(["2301 1,2,3"]);
  });

  it("takes its claim back when that alone took too long to send in time", async () => {
    const world = await accepted(makeWorld({ receivers: 3 }));
    const { batches, clock } = world.ports;
    let claims = 0;
    const claim: typeof batches.claim = async (...args) => {
      if (claims++ === 0) await clock.sleep(301);
      return batches.claim(...args);
    };
    Object.assign(world.ports, { batches: { ...batches, claim } });
    await drain(world);
    expect(atMs(world)).toEqual([0, 301]);
    expect(await batchOf(world)).toMatchObject({ rev: 4, tries: [{ attempt: 1 }] });
    await expectEverybodyAnswered(world);
  });
});
