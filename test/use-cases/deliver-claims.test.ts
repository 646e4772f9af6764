import { describe, expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { granted } from "../support/fake-bucket.ts";
import type { Around } from "../support/intercept.ts";
import { idle, until } from "../support/simulated-clock.ts";
import { countsOf, expectEverybodyAnswered, outcomesOf, summaryOf } from "./everybody-answered.ts";
import { callsOf, deliverOnce, type QueuedJob, queuedJob, rowsOf } from "./queued-job.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { CALLER, jobNow, LEASE_MS, listOf, WORKER_MS } from "./world.ts";

/** The names of a worker's calls, and what stands around one of them. */
function watching(name: string, instead: (call: () => Promise<unknown>) => Promise<unknown>, nth = 1) {
  const calls: string[] = [];
  const around: Around = (called, call) => {
    calls.push(called);
    return called === name && calls.filter((one) => one === name).length === nth ? instead(call) : call();
  };
  return { calls, around };
}

describe("a claim", () => {
  it("that somebody else won is no send: the batch is read again", async () => {
    const made = await queuedJob();
    const { world, job } = made;
    const { around } = watching("rows.claim", async (call) => {
      await world.volley.deliver(made.task, NOW + WORKER_MS.express); // another worker, all the way
      return call();
    });
    expect(await deliverOnce(made, around)).toEqual({ kind: "delete" });
    expect(callsOf(world)).toEqual(["0 1,2,3"]);
    await expectEverybodyAnswered(world, job, listOf(3));
  });

  it.each([
    { when: "2 s after the job was read", takesMs: 2_000, want: ["2000 1,2,3"], released: 0 },
    { when: "later than that", takesMs: 2_001, want: ["2001 1,2,3"], released: 1 },
  ])("answered $when: released unsent $released times", async ({ takesMs, want, released }) => {
    const made = await queuedJob({ marginMs: 5_000 });
    const { world, job } = made;
    const { around, calls } = watching("rows.claim", async (call) => {
      const result = await call();
      await world.clock.sleep(takesMs);
      return result;
    });
    await deliverOnce(made, around);
    expect(calls.filter((name) => name === "rows.release")).toHaveLength(released);
    expect(callsOf(world)).toEqual(want);
    await expectEverybodyAnswered(world, job, listOf(3));
  });

  it("answered after its slot is released unsent, and quota is reserved again", async () => {
    const made = await queuedJob();
    const { world, job } = made;
    const { around, calls } = watching("rows.claim", async (call) => {
      const result = await call();
      await world.clock.sleep(301);
      return result;
    });
    await deliverOnce(made, around);
    expect(calls.filter((name) => ["rows.release", "rtc.send"].includes(name))).toEqual(["rows.release", "rtc.send"]);
    expect(world.quota.asks).toHaveLength(2);
    await expectEverybodyAnswered(world, job, listOf(3));
  });

  it.each([
    { when: "was written", write: true },
    { when: "was not written yet, and still will be", write: false },
  ])("whose answer is lost is released, whether it $when", async ({ write }) => {
    const made = await queuedJob();
    const { world, job } = made;
    let later: (() => Promise<unknown>) | undefined;
    const { around, calls } = watching("rows.claim", async (call) => {
      if (write) await call();
      else later = call;
      throw new Error("no answer");
    });
    await expect(deliverOnce(made, around)).rejects.toThrow("no answer");
    expect(calls.slice(-2)).toEqual(["rows.claim", "rows.release"]);
    expect(await later?.()).toBe(write ? undefined : false); // the release raised the version
    expect((await rowsOf(world, made.task)).batch.claim).toBeUndefined();
    await deliverOnce(made);
    await expectEverybodyAnswered(world, job, listOf(3));
  });

  it.each(["pause", "cancel"] as const)("is not made when a %s came while the worker waited", async (action) => {
    const made = await queuedJob({ grant: ({ nowMs, count }) => granted(nowMs + 4_000, count) });
    const { world, job } = made;
    const { around } = watching("bucket.reserve", async (call) => {
      await world.volley.control(CALLER, job.id, action);
      return call();
    });
    expect(await deliverOnce(made, around)).toEqual({ kind: "delete" });
    expect(callsOf(world)).toEqual([]);
    expect((await rowsOf(world, made.task)).batch.version).toBe(0);
  });
});

/** A worker whose answer takes so long that another one ends its claim, each at its own time. */
async function givenUp(options: Parameters<typeof queuedJob>[0]): Promise<QueuedJob> {
  const made = await queuedJob({ ...options, behave: ({ n }) => (n === 0 ? { takesMs: LEASE_MS + 5_000 } : {}) });
  const { world, task } = made;
  const slow = world.volley.deliver(task, NOW + WORKER_MS.bulk);
  await idle();
  world.clock.advanceTo(NOW + LEASE_MS);
  await until(world.clock, Promise.all([world.processOf().deliver(task, NOW + WORKER_MS.bulk), slow]));
  return made;
}

describe("an answer that comes after its worker was given up", () => {
  it.each([{ receivers: 3 }, { receivers: 4 }])(
    "corrects `unknown` to `sent`: $receivers receivers",
    async ({ receivers }) => {
      const made = await givenUp({ receivers });
      const { world, job } = made;
      await runUntilRest(world);
      const outcomes = await outcomesOf(world, job);
      expect(outcomes.slice(0, 3).map(({ status, messageId }) => [status, messageId])).toEqual(
        ["1", "2", "3"].map((id) => ["sent", world.upstream.gotOf("hello", id)[0]]),
      );
      expect(await countsOf(world, job)).toMatchObject({ unknown: 0, sent: receivers === 3 ? 3 : 3 + 1 });
      await expectEverybodyAnswered(world, job, listOf(receivers));
    },
  );

  it.each([{ receivers: 3 }, { receivers: 4 }])(
    "at least once, it spares the next attempt: $receivers",
    async ({ receivers }) => {
      const { world, job } = await givenUp({
        receivers,
        options: { delivery: "at-least-once", lane: receivers > 3 ? "bulk" : "express" },
      });
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, listOf(receivers));
    },
  );

  it("changes nothing where it brings no message ids", async () => {
    const made = await queuedJob({ behave: () => ({ takesMs: LEASE_MS + 5_000, fails: ["1", "2", "3"] }) });
    const { world, job, task } = made;
    const slow = world.volley.deliver(task, NOW + WORKER_MS.bulk);
    await idle();
    world.clock.advanceTo(NOW + LEASE_MS);
    await until(world.clock, Promise.all([world.processOf().deliver(task, NOW + WORKER_MS.bulk), slow]));
    expect(await summaryOf(world, job)).toEqual(["1", "2", "3"].map((id) => `${id} unknown WorkerLost`));
  });
});

describe("what a worker does in which order", () => {
  it("moves late tokens before it records, and records before it counts", async () => {
    const made = await queuedJob({ receivers: 4, behave: () => ({ takesMs: 4_000 }) });
    const { around, calls } = watching("", (call) => call());
    await deliverOnce(made, around);
    expect(calls).toEqual([
      ...["rows.look", "rtc.prepare", "bucket.reserve", "rtc.prepare", "rows.claim", "rtc.send"],
      ...["bucket.moveLate", "rows.record", "tallies.count"],
    ]);
  });

  it("a million at the default quota: five calls to the table and the quota a batch, and the upstream", async () => {
    const made = await queuedJob({ receivers: 7 });
    const { around, calls } = watching("", (call) => call());
    await deliverOnce(made, around);
    expect(calls.filter((name) => name !== "rtc.prepare")).toEqual([
      ...["rows.look", "bucket.reserve", "rows.claim", "rtc.send", "rows.record", "tallies.count"],
    ]);
  });

  it.each([
    { when: "at first: no quota is reserved", nth: 1, calls: ["rows.look", "rtc.prepare"] },
    {
      when: "right before its slot: nothing is claimed",
      nth: 2,
      calls: ["rows.look", "rtc.prepare", "bucket.reserve", "rtc.prepare"],
    },
  ])("a call that cannot leave is known $when", async ({ nth, calls: want }) => {
    const made = await queuedJob();
    const away = async () => ({ kind: "refused", why: "not-sent", code: "CredentialsUnavailable" });
    const { around, calls } = watching("rtc.prepare", away, nth);
    expect(await deliverOnce(made, around)).toMatchObject({ kind: "go-back" });
    expect(calls).toEqual(want);
    await runUntilRest(made.world);
    await expectEverybodyAnswered(made.world, made.job, listOf(3));
  });

  it("repeats a record that fails until its lease is over", async () => {
    const made = await queuedJob();
    const { world, job } = made;
    let failed = 0;
    const flaky: Around = (name, call) => {
      if (name === "rows.record" && world.clock.now() < NOW + 9_000) {
        failed++;
        return Promise.reject(new Error("throttled"));
      }
      return call();
    };
    await deliverOnce(made, flaky);
    expect(failed).toBeGreaterThan(5);
    expect(await jobNow(world, job)).toMatchObject({ state: "done" });
    await expectEverybodyAnswered(world, job, listOf(3));
  });

  it("two tasks of one worker ask the quota in turn", async () => {
    let asking = 0;
    let most = 0;
    const made = await queuedJob({
      receivers: 12,
      grant: ({ nowMs, count, n }) =>
        n < 6 ? { kind: "wait", untilMs: nowMs + 1_000, why: "quota" } : granted(nowMs, count),
    });
    const { world, job, tasks } = made;
    const { deliver } = world.processOf(async (name, call) => {
      if (name !== "bucket.reserve") return call();
      most = Math.max(most, ++asking);
      await world.clock.sleep(10);
      const answer = await call();
      asking--;
      return answer;
    });
    const first = deliver(tasks[0] ?? made.task, NOW + WORKER_MS.bulk);
    await idle();
    world.clock.advanceTo(NOW + 20); // the first has asked, and waits
    const others = tasks.slice(1).map((task) => deliver(task, NOW + WORKER_MS.bulk));
    await until(world.clock, Promise.all([first, ...others]));
    expect(most).toBe(1);
    expect(world.quota.asks).toHaveLength(6 + 4);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(12));
  });
});
