import { describe, expect, it } from "vitest";
import type { Caller } from "../../lib/domain/caller.ts";
import type { Job } from "../../lib/domain/job.ts";
import { JOB_STATES, may } from "../../lib/domain/job-state.ts";
import { granted, wait } from "../support/fake-bucket.ts";
import type { Behaviour, Call } from "../support/fake-upstream.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { outcomesOf, summaryOf } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type RequestParts, type World } from "./world.ts";

/** At first everyone whose id ends in 2 is refused for good, in 5 stands in neither list. */
function firstTime() {
  const seen = new Map<string, number>();
  return ({ receivers }: Call): Behaviour => {
    const again = receivers.filter((id) => seen.set(id, (seen.get(id) ?? 0) + 1).get(id) === 4);
    const hard = receivers.filter((id) => id.endsWith("2") && !again.includes(id));
    return { fails: hard, forgets: receivers.filter((id) => id.endsWith("5") && (seen.get(id) ?? 0) === 1) };
  };
}

/** A job that is over. */
async function over(receivers: number, parts: RequestParts & { batchSize?: number } = {}) {
  const { batchSize = 3 } = parts;
  const world = makeWorld({ behave: firstTime(), batchSize });
  const job = await accepted(world, receivers, parts);
  await runUntilRest(world, { workers: 50 });
  return { world, job };
}

const idsOf = async (world: World, job: Job) => (await outcomesOf(world, job)).map(({ userId }) => Number(userId));
const ending = (receivers: number, ...digits: number[]) =>
  [...listOf(receivers)].map(Number).filter((id) => digits.includes(id % 10));

describe("retry", () => {
  it.each([
    { receivers: 3, include: [], digits: [2], state: "running", lane: "express" },
    { receivers: 20, include: [], digits: [2], state: "running", lane: "express" },
    { receivers: 20, include: ["unknown"] as const, digits: [2, 5], state: "running", lane: "bulk" },
    { receivers: 400, include: ["unknown"] as const, digits: [2, 5], state: "running", lane: "bulk" },
    { receivers: 700, include: [], digits: [2], state: "importing", lane: "bulk" },
    { receivers: 700, include: ["unknown"] as const, digits: [2, 5], state: "importing", lane: "bulk" },
  ])("of $receivers, $include: a new job of them, $state", async ({ receivers, include, digits, state, lane }) => {
    const { world, job } = await over(receivers);
    const before = [await summaryOf(world, job), await jobNow(world, job)];
    const want = ending(receivers, ...digits);
    const { job: again, replayed } = await world.volley.retry(CALLER, job.id, include);
    expect(again).toMatchObject({ state, lane, receivers: want.length, source: { job: job.id, run: job.run } });
    expect(replayed).toBe(false);
    await runUntilRest(world, { workers: 50 });
    expect(await jobNow(world, again)).toMatchObject({ state: "done", receivers: want.length });
    expect(await idsOf(world, again)).toEqual(want);
    const outcomes = await outcomesOf(world, again);
    expect(outcomes.filter(({ status }) => status === "sent")).toHaveLength(want.length);
    expect([await summaryOf(world, job), await jobNow(world, job)]).toEqual(before);
  });

  it("carries over message, delivery, label and tags, and no times", async () => {
    const named = { label: "Spring", tags: { campaign: "spring" } };
    const options = { delivery: "at-least-once", expiresAtMs: Date.parse("2026-02-02"), ...named } as const;
    const { world, job } = await over(3, { content: "said", appId: 8, options });
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    expect(again).toMatchObject({
      delivery: "at-least-once",
      appId: 8,
      state: "running",
      duplicatesDropped: 0,
      ...named,
    });
    expect(again).not.toHaveProperty("notBeforeMs");
    expect(again.expiresAtMs).toBeGreaterThan(options.expiresAtMs);
    expect(await world.ports.messages.read(again.run)).toMatchObject({ message: { Content: "said", AppId: 8 } });
  });

  it.each([3, 20, 700])("pressed twice is one job, of %i", async (receivers) => {
    const { world, job } = await over(receivers);
    const presses = await Promise.all([1, 2, 3].map(() => world.volley.retry(CALLER, job.id, [])));
    await runUntilRest(world, { workers: 50 });
    presses.push(await world.volley.retry(CALLER, job.id, []));
    expect(new Set(presses.map((one) => one.job.id)).size).toBe(1);
    expect(presses.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(world.table.jobs.size).toBe(2);
    const other = await world.volley.retry(CALLER, job.id, ["unknown"]).catch(() => undefined);
    if (receivers > 3) expect(other).toMatchObject({ replayed: false });
  });

  it("under a key of its own is a job of its own; the key with something else is refused", async () => {
    const { world, job } = await over(20);
    const first = await world.volley.retry(CALLER, job.id, [], "key");
    expect(await world.volley.retry(CALLER, job.id, [], "key")).toMatchObject({
      replayed: true,
      job: { id: first.job.id },
    });
    await expect(world.volley.retry(CALLER, job.id, ["unknown"], "key")).rejects.toMatchObject({ code: "INVALID" });
    expect((await world.volley.retry(CALLER, job.id, [], "other")).job.id).not.toBe(first.job.id);
  });

  it.each([{ receivers: 1 }, { receivers: 4, appId: 9 }])(
    "has nothing to do where nobody failed: $receivers",
    async ({ receivers }) => {
      const world = makeWorld();
      const job = await accepted(world, receivers);
      await runUntilRest(world);
      const asked = world.volley.retry(CALLER, job.id, ["unknown"]);
      await expect(asked).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("no receivers") });
      expect(world.table.jobs.size).toBe(1);
    },
  );

  it.each(JOB_STATES)("of a job that is %s: only if it has ended", async (state) => {
    const { world, job } = await over(20);
    await world.ports.jobs.write(await jobNow(world, job), { state });
    const asked = world.volley.retry(CALLER, job.id, []);
    if (may("retry", state)) await expect(asked).resolves.toMatchObject({ replayed: false });
    else await expect(asked).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining(state) });
  });

  it("of a canceled job goes to those who failed, not to those who were canceled", async () => {
    const behave = firstTime();
    const unreached: Behaviour = { refuses: { why: "not-sent", code: "ConnectionRefused" } };
    const world = makeWorld({ behave: (call) => (Number(call.receivers[0]) > 10 ? unreached : behave(call)) });
    const job = await accepted(world, 20);
    await runUntilRest(world, { workers: 1, untilMs: world.clock.now() + 40_000 });
    await world.volley.control(CALLER, job.id, "cancel");
    await runUntilRest(world);
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    await runUntilRest(world);
    const failed = (await outcomesOf(world, job, { status: "failed" })).map(({ userId }) => Number(userId));
    expect(failed.length).toBeGreaterThan(0);
    expect(await idsOf(world, again)).toEqual(failed);
  });

  it("of a canceled job of one batch: the same", async () => {
    const world = makeWorld({
      behave: ({ receivers }) => (receivers[0] === "1" ? { refuses: { why: "request", code: "BadMsgType" } } : {}),
      grant: ({ n, nowMs, count }) =>
        n === 0 ? granted(nowMs, 1) : n === 1 ? wait(nowMs + 60_000) : granted(nowMs, count),
    });
    const job = await accepted(world, 3);
    await runUntilRest(world, { untilMs: world.clock.now() + 1_000 });
    await world.volley.control(CALLER, job.id, "cancel");
    await runUntilRest(world);
    expect(await summaryOf(world, job)).toEqual(["1 failed BadMsgType", "2 canceled Canceled", "3 canceled Canceled"]);
    expect((await world.volley.retry(CALLER, job.id, ["unknown"])).job.receivers).toBe(1);
  });

  it("needs a job of the caller's, and the scope to send", async () => {
    const { world, job } = await over(3);
    const as = (clientId: string, ...scopes: ("read" | "send")[]): Caller => ({ clientId, scopes: new Set(scopes) });
    await expect(world.volley.retry(as("other", "send"), job.id, [])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(world.volley.retry(as("client", "read"), job.id, [])).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("freezes its list: a late answer changes it no more", async () => {
    const { world, job } = await over(20);
    const { job: again } = await world.volley.retry(CALLER, job.id, ["unknown"]);
    const late = {
      batch: 1,
      claimId: "late",
      messageIds: { "5": "777" },
      corrected: 1,
      seen: { counted: true, lateVersion: 0 },
    };
    const key = { run: job.run, tally: 0, goneAtMs: job.goneAtMs };
    expect(await world.ports.tallies.addLate(key, late)).toBe(true);
    await runUntilRest(world);
    expect(await idsOf(world, again)).toEqual(ending(20, 2, 5));
  });
});

describe("a retry in the background", () => {
  it("can be read and canceled before its list is there", async () => {
    const { world, job } = await over(700);
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    expect(again.state).toBe("importing");
    expect((await world.volley.query.job(CALLER, again.id)).counts).toMatchObject({ pending: 70 });
    expect(await world.volley.query.outcomes(CALLER, again.id, { limit: 5 })).toEqual({ outcomes: [] });
    for (const status of ["pending", "failed"] as const) {
      expect(await world.volley.query.outcomes(CALLER, again.id, { status, limit: 5 })).toEqual({ outcomes: [] });
    }
    await expect(world.volley.query.outcome(CALLER, again.id, "2")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await world.volley.control(CALLER, again.id, "cancel");
    await runUntilRest(world);
    expect(await jobNow(world, again)).toMatchObject({ state: "canceled", canceled: 70 });
    expect(await world.volley.query.outcomes(CALLER, again.id, { limit: 5 })).toEqual({ outcomes: [] });
  });

  it("is rejected with a reason when nobody is left", async () => {
    const { world, job } = await over(700);
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    world.clock.advanceTo(world.clock.now() + 1);
    await world.ports.jobs.write(await jobNow(world, job), { goneAtMs: world.clock.now() });
    await runUntilRest(world);
    expect(await jobNow(world, again)).toMatchObject({ state: "rejected", reason: "nobody is left to retry" });
  });

  it.each([true, false])("goes on wherever its import crashes (dies: %s), and sends to nobody twice", async (dies) => {
    const play = async (point?: Parameters<typeof crashAt>[0]) => {
      const { world, job } = await over(201, { batchSize: 1 });
      const { job: again } = await world.volley.retry(CALLER, job.id, []);
      const crash = crashAt(point);
      const frail = { ...world.volley, importList: world.processOf(crash.around).importList };
      await runUntilRest(world, { workers: 50, volley: () => frail, untilMs: world.clock.now() + 500 });
      await runUntilRest(world, { workers: 50 });
      expect((await jobNow(world, again)).state).toBe("done");
      expect(await idsOf(world, again)).toEqual(ending(201, 2));
      expect((await outcomesOf(world, again)).every(({ status }) => status === "sent")).toBe(true);
      return crash.calls;
    };
    const points = crashPoints(await play()).filter((point) => point.dies === dies);
    for (const point of points) await play(point);
  });

  it("an import that was given up and still goes on gets no list into the job", async () => {
    const { world, job } = await over(700);
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    const stops: string[] = [];
    const { importList } = world.processOf(async (name, call) => {
      if (name.startsWith("lists.write") && stops.push(name) === 1) {
        world.clock.advanceTo(world.clock.now() + 17 * 60_000);
        await world.volley.importList({ job: again.id }, Infinity); // another one, from its begin to its end
      }
      return call();
    });
    await importList({ job: again.id }, Infinity);
    const { history, list } = await jobNow(world, again);
    expect(history.filter(({ event }) => event === "imported")).toHaveLength(1);
    expect([...world.objects.keys()].indexOf(list?.key ?? "")).toBe(1); // the source's, this one, and the one in vain
    expect(world.objects.size).toBe(3);
    await runUntilRest(world, { workers: 50 });
    expect(await idsOf(world, again)).toEqual(ending(700, 2));
  });

  it("two at once: the second leaves it to the first", async () => {
    const { world, job } = await over(700);
    const { job: again } = await world.volley.retry(CALLER, job.id, []);
    await Promise.all([
      world.volley.importList({ job: again.id }, Infinity),
      world.processOf().importList({ job: again.id }, Infinity),
    ]);
    expect(world.objects.size).toBe(2);
  });
});
