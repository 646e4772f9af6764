import { describe, expect, it } from "vitest";
import { makeSendAndWait } from "../../lib/use-cases/send-and-wait.ts";
import { until } from "../support/simulated-clock.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { aRequest, CALLER, makeWorld, type World } from "./world.ts";

const KEY = { caller: CALLER, idempotencyKey: "signature ab" };

function aSender(world: World) {
  const { accept, query } = world.volley;
  return makeSendAndWait({ accept, query, clock: world.clock });
}

describe("sendAndWait", () => {
  it("gives everybody's outcome as soon as all are known", async () => {
    const world = makeWorld({ behave: () => ({ forgets: ["2"], takesMs: 250 }) });
    const startMs = world.clock.now();
    let tookMs = 0;
    const waited = aSender(world)(aRequest(3), KEY).then((found) => {
      tookMs = world.clock.now() - startMs;
      return found;
    });
    const [{ pending, outcomes }] = await Promise.all([waited, runUntilRest(world)]);
    expect(pending).toBe(0);
    expect(outcomes.map(({ userId, status }) => `${userId} ${status}`)).toEqual(["1 sent", "2 unknown", "3 sent"]);
    expect(tookMs).toBeLessThan(1_000);
  });

  it("gives up after 8 s with what is known, and leaves the job to go on", async () => {
    const world = makeWorld();
    const startMs = world.clock.now();
    const found = await until(world.clock, aSender(world)(aRequest(3), KEY));
    expect(found).toMatchObject({ outcomes: [], pending: 3 });
    expect(world.clock.now() - startMs).toBeLessThanOrEqual(8_000);
    expect(world.clock.now() - startMs).toBeGreaterThan(7_000);
    await runUntilRest(world);
    expect(await until(world.clock, aSender(world)(aRequest(3), KEY))).toMatchObject({
      jobId: found.jobId,
      pending: 0,
    });
  });

  it("sends nothing for the same request again, and gives the same answer", async () => {
    const world = makeWorld();
    const first = aSender(world)(aRequest(3), KEY);
    const [one] = await Promise.all([first, runUntilRest(world)]);
    const calls = world.upstream.calls.length;
    const again = await until(world.clock, aSender(world)(aRequest(3), KEY));
    await runUntilRest(world);
    expect(again).toEqual(one);
    expect(world.upstream.calls).toHaveLength(calls);
  });

  it("takes a list of several batches", async () => {
    const world = makeWorld();
    const found = aSender(world)(aRequest(8), KEY);
    const [{ outcomes, pending }] = await Promise.all([found, runUntilRest(world)]);
    expect(outcomes.length + pending).toBe(8);
  });

  it("reads its own outcomes for a client that may only send", async () => {
    const world = makeWorld();
    const caller = { ...CALLER, scopes: new Set(["send"] as const) };
    expect(await until(world.clock, aSender(world)(aRequest(3), { caller }))).toMatchObject({ pending: 3 });
  });

  it("throws what accepting throws", async () => {
    const caller = { ...CALLER, scopes: new Set(["read"] as const) };
    await expect(aSender(makeWorld())(aRequest(3), { caller })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
