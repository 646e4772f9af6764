import { describe, expect, it } from "vitest";
import { isOpen, type SendWindow } from "../../lib/domain/send-window.ts";
import { NOW } from "../support/a-job.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, aRequest, CALLER, jobNow, listOf, makeWorld, QUOTA, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const utc = (from: string, to: string): SendWindow => ({ from, to, timeZone: "UTC" });
/** It is 08:00. */
const LATER = utc("09:00", "21:00");
/** Ten batches of three a minute. */
const SLOW = { policy: { ...QUOTA, messages: 30, floor: 3 } };

const callsAt = ({ upstream }: World): number[] => upstream.calls.map(({ atMs }) => atMs);

describe("a job with a window that opens later", () => {
  it.each([
    { what: "one batch", receivers: 2, lane: "express" },
    { what: "several", receivers: 7, lane: "bulk" },
  ])("of $what waits for it as for its time, and begins with it", async ({ receivers, lane }) => {
    const world = makeWorld();
    const job = await accepted(world, receivers, { options: { sendWindow: LATER } });
    expect(job).toMatchObject({ state: "scheduled", lane, cursor: 0, dueAtMs: NOW + HOUR_MS - MINUTE_MS });
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(receivers));
    expect(Math.min(...callsAt(world))).toBeGreaterThanOrEqual(NOW + HOUR_MS);
    expect(Math.max(...callsAt(world))).toBeLessThan(NOW + HOUR_MS + 1_000);
    expect((await jobNow(world, job)).state).toBe("done");
  });

  it("is answered again as it was answered first", async () => {
    const world = makeWorld();
    const ask = () => {
      const request = aRequest(2, { options: { sendWindow: LATER } });
      return world.volley.accept(request, { caller: CALLER, idempotencyKey: "key" });
    };
    await ask();
    await runUntilRest(world);
    expect(await ask()).toMatchObject({ replayed: true, job: { state: "scheduled" } });
  });

  it("goes on as scheduled when it is resumed before", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7, { options: { sendWindow: LATER } });
    await world.volley.control(CALLER, job.id, "pause");
    await world.volley.control(CALLER, job.id, "resume");
    expect(await jobNow(world, job)).toMatchObject({ state: "scheduled", dueAtMs: NOW + HOUR_MS - MINUTE_MS });
  });

  it("is refused if that is after its end", async () => {
    const options = { sendWindow: LATER, expiresAtMs: NOW + HOUR_MS };
    await expect(accepted(makeWorld(), 7, { options })).rejects.toMatchObject({
      faults: [{ pointer: "/Options/SendWindow", detail: "does not open before ExpiresAt" }],
    });
  });
});

describe("a job whose window closes while it runs", () => {
  const window = utc("07:00", "08:05");
  const OPENS_MS = NOW + 23 * HOUR_MS;

  it("sends nothing until it opens again, and then everybody gets it once", async () => {
    const world = makeWorld(SLOW);
    const job = await accepted(world, 300, { options: { sendWindow: window } });
    await runUntilRest(world, { untilMs: NOW + 2 * HOUR_MS });
    const resting = await jobNow(world, job);
    expect(resting).toMatchObject({ state: "scheduled", dueAtMs: OPENS_MS - MINUTE_MS });
    expect(resting.shares.every(({ queuedAtMs }) => queuedAtMs === undefined)).toBe(true);
    const calls = callsAt(world).length;
    expect(calls).toBeGreaterThan(30);
    expect(calls).toBeLessThan(100);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(300));
    expect((await jobNow(world, job)).state).toBe("done");
    expect(callsAt(world).filter((atMs) => !isOpen(window, atMs))).toEqual([]);
    expect(callsAt(world)[calls]).toBeLessThan(OPENS_MS + MINUTE_MS);
  });

  it("leaves a worker no call that waits for its slot past the closing", async () => {
    const world = makeWorld({
      grant: ({ nowMs, count }) => ({
        kind: "granted",
        slotMs: nowMs + 8_000,
        granted: count,
        probe: false,
        aheadMs: 0,
      }),
    });
    await runUntilRest(world, { untilMs: NOW + 5 * MINUTE_MS - 5_000 });
    const job = await accepted(world, 2, { options: { sendWindow: window } });
    await runUntilRest(world, { untilMs: NOW + HOUR_MS });
    expect(world.upstream.calls).toEqual([]);
    expect(await jobNow(world, job)).toMatchObject({ state: "scheduled", dueAtMs: OPENS_MS - MINUTE_MS });
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(2));
  });

  it("is done that evening if its last call was in time", async () => {
    const world = makeWorld({ behave: ({ n }) => (n === 2 ? { takesMs: 9_000 } : {}) });
    await runUntilRest(world, { untilMs: NOW + 5 * MINUTE_MS - 4_000 });
    const job = await accepted(world, 7, { options: { sendWindow: window } });
    await runUntilRest(world, { untilMs: NOW + 10 * MINUTE_MS });
    expect(await jobNow(world, job)).toMatchObject({ state: "done" });
    await expectEverybodyAnswered(world, job, listOf(7));
  });

  it("ends by its time also while it rests", async () => {
    const world = makeWorld(SLOW);
    const job = await accepted(world, 300, { options: { sendWindow: window, expiresAtMs: NOW + 4 * HOUR_MS } });
    await runUntilRest(world);
    expect((await jobNow(world, job)).state).toBe("expired");
    expect(Math.max(...callsAt(world))).toBeLessThan(NOW + 5 * MINUTE_MS);
    await expectEverybodyAnswered(world, job, listOf(300), ["expired"]);
  });
});
