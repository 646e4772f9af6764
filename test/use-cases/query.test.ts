import { describe, expect, it } from "vitest";
import type { Caller } from "../../lib/domain/caller.ts";
import type { Job } from "../../lib/domain/job.ts";
import { type OutcomeStatus, STATUSES } from "../../lib/domain/outcome.ts";
import { NOW } from "../support/a-job.ts";
import type { Call } from "../support/fake-upstream.ts";
import { dyingAt } from "../support/intercept.ts";
import { countsOf, outcomesOf, summaryOf, tallyUp } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type World, type WorldOptions } from "./world.ts";

/** Of every ten receivers one is refused for good, one stands in neither list, the others get it. */
const mixed = ({ receivers }: Call) => ({
  fails: receivers.filter((id) => id.endsWith("3")),
  forgets: receivers.filter((id) => id.endsWith("7")),
});

/** A job that was let run for so long. */
async function underWay(receivers: number, forMs: number, options: WorldOptions = {}) {
  const world = makeWorld({ behave: (call) => ({ ...mixed(call), takesMs: 300 }), ...options });
  const job = await accepted(world, receivers);
  await runUntilRest(world, { workers: 2, untilMs: NOW + forMs });
  return { world, job };
}

/** Each status lists exactly those who have it, and together with the counts they are the list. */
async function expectListsToAgree(world: World, job: Job): Promise<void> {
  const all = await outcomesOf(world, job, { limit: 7 });
  expect(all.map(({ userId }) => userId)).toEqual([...listOf(job.receivers)].map(String));
  for (const status of STATUSES) {
    const some = await outcomesOf(world, job, { status, limit: 7 });
    expect(some, status).toEqual(all.filter((one) => one.status === status));
  }
  expect(await countsOf(world, job)).toEqual(tallyUp(all));
}

describe("outcomes", () => {
  it.each([
    { receivers: 3, forMs: 0 },
    { receivers: 3, forMs: 100 },
    { receivers: 3, forMs: 1_000 },
    { receivers: 40, forMs: 0 },
    { receivers: 40, forMs: 1_200 },
    { receivers: 40, forMs: 1_400 },
    { receivers: 40, forMs: 4_000 },
    { receivers: 40, forMs: 10_000 },
    { receivers: 700, forMs: 10_000, batchSize: 20 },
  ])("of a paused job agree, receiver by receiver: $receivers after $forMs ms", async (row) => {
    const { receivers, forMs, batchSize = 3 } = row;
    const { world, job } = await underWay(receivers, forMs, { batchSize });
    if ((await jobNow(world, job)).state === "running") await world.volley.control(CALLER, job.id, "pause");
    await runUntilRest(world); // calls that were under way are recorded
    await expectListsToAgree(world, job);
  });

  it.each([3, 40, 700])("of a canceled and of a finished job of %i agree", async (receivers) => {
    for (const action of ["cancel", "none"] as const) {
      const { world, job } = await underWay(receivers, 1_300);
      if (action === "cancel" && (await jobNow(world, job)).state === "running") {
        await world.volley.control(CALLER, job.id, "cancel");
      }
      await runUntilRest(world, { workers: 40 });
      await expectListsToAgree(world, job);
    }
  });

  it.each([1, 4, 50])("name everybody once while the job runs, %i to a page", async (limit) => {
    const { world, job } = await underWay(90, 1_000);
    const ids: string[] = [];
    const statuses = new Set<OutcomeStatus>();
    for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages++) {
      const page = await world.volley.query.outcomes(CALLER, job.id, { limit, ...(after !== undefined && { after }) });
      ids.push(...page.outcomes.map(({ userId }) => userId));
      for (const { status } of page.outcomes) statuses.add(status);
      after = page.next;
      await runUntilRest(world, { workers: 2, untilMs: world.clock.now() + 50 });
    }
    expect(ids).toEqual([...listOf(90)].map(String));
    if (limit < 50) expect(statuses.size).toBeGreaterThan(2);
  });

  it("with a reason can be asked for by it", async () => {
    const { world, job } = await underWay(40, 30_000);
    await runUntilRest(world);
    expect((await outcomesOf(world, job, { code: "FailedReceiver" })).map(({ userId }) => userId)).toEqual([
      "3",
      "13",
      "23",
      "33",
    ]);
    expect(await outcomesOf(world, job, { status: "unknown", code: "FailedReceiver" })).toEqual([]);
  });

  it.each<{ when: string; sees: (found: string[]) => string[] }>([
    { when: "has everything", sees: (found) => found },
    { when: "is empty yet", sees: () => [] },
    { when: "misses a few", sees: (found) => found.filter((_, i) => i % 2 === 0) },
  ])(
    "failed and unknown: trail while the job runs, and are exact after its end, where the index $when",
    async ({ sees }) => {
      const { world, job } = await underWay(700, 30_000);
      const whole = world.ports.failed.list;
      world.ports.failed.list = async (...args) => sees(await whole(...args));
      const listed = async () => [
        ...(await outcomesOf(world, job, { status: "failed", limit: 9 })),
        ...(await outcomesOf(world, job, { status: "unknown", limit: 9 })),
      ];
      const all = await outcomesOf(world, job);
      for (const one of await listed()) expect(all).toContainEqual(one);
      await runUntilRest(world);
      const now = await outcomesOf(world, job);
      const want = now.filter(({ status }) => status === "failed" || status === "unknown");
      expect(want).toHaveLength(140);
      expect((await listed()).toSorted((a, b) => Number(a.userId) - Number(b.userId))).toEqual(want);
    },
  );

  it("say `expired` in the reason of an expired job", async () => {
    const world = makeWorld();
    const job = await accepted(world, 4, { options: { expiresAtMs: NOW + 900 } });
    await runUntilRest(world);
    expect(await summaryOf(world, job)).toEqual(["1", "2", "3", "4"].map((id) => `${id} canceled Expired`));
  });
});

describe("one receiver", () => {
  it.each([3, 40])("has the outcome that the list says, in a job of %i", async (receivers) => {
    const { world, job } = await underWay(receivers, 1_400);
    for (const one of await outcomesOf(world, job)) {
      expect(await world.volley.query.outcome(CALLER, job.id, one.userId)).toEqual(one);
    }
  });

  it("is not there, before, between and behind those who are, whatever the state", async () => {
    for (const list of [
      [10, 20, 30],
      [10, 20, 30, 40, 50],
    ]) {
      const world = makeWorld();
      const job = await accepted(world, list);
      const check = async () => {
        for (const id of ["1", "15", "35", "60", "9223372036854775807"]) {
          const asked = world.volley.query.outcome(CALLER, job.id, id);
          await expect(asked).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining(id) });
        }
      };
      await check();
      await world.volley.control(CALLER, job.id, "pause");
      await check();
      await world.volley.control(CALLER, job.id, "cancel");
      await check();
      await runUntilRest(world);
      await check();
    }
  });
});

describe("a caller", () => {
  const as = (clientId: string, ...scopes: ("send" | "read" | "control" | "admin")[]): Caller => ({
    clientId,
    scopes: new Set(scopes),
  });

  it("sees his own jobs only; an admin sees everybody's", async () => {
    const world = makeWorld();
    const job = await accepted(world, 3);
    const { query } = world.volley;
    for (const ask of [
      (caller: Caller) => query.job(caller, job.id),
      (caller: Caller) => query.outcomes(caller, job.id, { limit: 1 }),
      (caller: Caller) => query.outcome(caller, job.id, "1"),
    ]) {
      await expect(ask(as("other", "read"))).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(ask(as("client", "send"))).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(ask(as("other", "read", "admin"))).resolves.toBeDefined();
    }
    expect(await query.jobs(as("other", "read"), { limit: 9 })).toEqual({ jobs: [] });
    expect((await query.jobs(CALLER, { limit: 9 })).jobs).toMatchObject([{ id: job.id }]);
    await expect(query.jobs(as("client"), { limit: 9 })).rejects.toMatchObject({ code: "FORBIDDEN" });
    world.clock.advanceTo(job.goneAtMs);
    await expect(query.job(CALLER, job.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a job's counts", () => {
  it("count what is recorded of batches that nobody counted, and late answers once", async () => {
    const world = makeWorld();
    const job = await accepted(world, 7);
    const dying = dyingAt("tallies.count", "before");
    const frail = world.processOf(dying.around);
    await runUntilRest(world, {
      workers: 1,
      volley: () => (dying.isDead() ? world.volley : frail),
      untilMs: NOW + 9_000,
    });
    await world.volley.control(CALLER, job.id, "pause");
    expect(await countsOf(world, job)).toEqual({ sent: 7, failed: 0, unknown: 0, pending: 0, canceled: 0 });
    const stored = world.table.tallies.get(job.run)?.get(0)?.counts;
    expect(stored).toEqual({ sent: 4, failed: 0, unknown: 0 });
  });
});
