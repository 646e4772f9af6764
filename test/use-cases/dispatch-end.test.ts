import { describe, expect, it } from "vitest";
import { NO_ROWS } from "../../lib/domain/batch-rows.ts";
import type { Job } from "../../lib/domain/job.ts";
import { NOW } from "../support/a-job.ts";
import type { Behaviour, Call } from "../support/fake-upstream.ts";
import { dyingAt } from "../support/intercept.ts";
import { countsOf, expectEverybodyAnswered, outcomesOf, summaryOf } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, listOf, makeWorld, type RequestParts, type World } from "./world.ts";

/** A job is canceled after so long; a worker dies at a call. */
const ROWS: readonly {
  when: string;
  receivers: number;
  afterMs: number;
  options?: RequestParts["options"];
  behave?: (call: Call) => Behaviour;
  dies?: Parameters<typeof dyingAt>;
  want: readonly string[];
}[] = [
  { when: "nothing was queued", receivers: 4, afterMs: 0, want: allOf(4, "canceled Canceled") },
  { when: "an express job was just queued", receivers: 3, afterMs: 0, want: allOf(3, "canceled Canceled") },
  {
    when: "a call is on its way",
    receivers: 3,
    afterMs: 1_000,
    behave: () => ({ takesMs: 8_000 }),
    want: ["1 sent", "2 sent", "3 sent"],
  },
  {
    when: "one batch is sent and one under way",
    receivers: 7,
    afterMs: 1_500, // dispatched after a second, one worker
    behave: () => ({ takesMs: 450 }),
    want: [...allOf(6, "sent"), "7 canceled Canceled"],
  },
  {
    when: "a worker died before its call",
    receivers: 4,
    afterMs: 3_000,
    dies: ["rtc.send", "before"],
    want: ["1 unknown WorkerLost", "2 unknown WorkerLost", "3 unknown WorkerLost", "4 sent"],
  },
  {
    when: "a worker of an express job died after its call",
    receivers: 3,
    afterMs: 3_000,
    dies: ["rtc.send", "after"],
    want: allOf(3, "unknown WorkerLost"),
  },
  {
    when: "a worker died before its claim",
    receivers: 2,
    afterMs: 3_000,
    dies: ["rows.claim", "before"],
    want: allOf(2, "canceled Canceled"),
  },
  {
    when: "a worker died between its record and its count",
    receivers: 4,
    afterMs: 3_000,
    dies: ["tallies.count", "before"],
    want: allOf(4, "sent"),
  },
  {
    when: "the next attempt was to come",
    receivers: 3,
    afterMs: 1_000,
    behave: () => ({ fails: ["2"] }),
    want: ["1 sent", "2 canceled Canceled", "3 sent"],
  },
  {
    when: "the next attempt was to come in a job of several batches",
    receivers: 4,
    afterMs: 3_000,
    behave: () => ({ fails: ["2", "4"] }),
    want: ["1 sent", "2 canceled Canceled", "3 sent", "4 canceled Canceled"],
  },
  {
    when: "an attempt was unclear",
    receivers: 2,
    afterMs: 1_000,
    options: { delivery: "at-least-once" },
    behave: () => ({ breaks: "after" }),
    want: allOf(2, "unknown CallTimeout"),
  },
  {
    when: "an attempt was unclear and the next was refused",
    receivers: 3,
    afterMs: 6_000,
    options: { delivery: "at-least-once" },
    behave: ({ n }) => (n === 0 ? { breaks: "after" } : { fails: ["1", "2", "3"] }),
    want: allOf(3, "unknown CallTimeout"),
  },
];

function allOf(count: number, what: string): string[] {
  return Array.from({ length: count }, (_, i) => `${i + 1} ${what}`);
}

/** Whether it may have come twice is another matter. */
const summary = async (world: World, job: Job) =>
  (await summaryOf(world, job)).map((line) => line.replace(" twice", ""));

async function stopped(row: (typeof ROWS)[number], stop: (world: World, job: Job) => Promise<unknown>) {
  const world = makeWorld({ ...(row.behave && { behave: row.behave }) });
  const job = await accepted(world, row.receivers, { ...(row.options && { options: row.options }) });
  const dying = row.dies ? dyingAt(...row.dies) : undefined;
  const frail = dying && world.processOf(dying.around);
  const volley = () => (frail && !dying?.isDead() ? frail : world.volley);
  if (row.afterMs > 0) await runUntilRest(world, { workers: 1, volley, untilMs: NOW + row.afterMs });
  await stop(world, job);
  await runUntilRest(world, { workers: 1 });
  return { world, job };
}

describe("a job that is canceled", () => {
  it.each(ROWS)("when $when", async (row) => {
    const { world, job } = await stopped(row, (one, { id }) => one.volley.control(CALLER, id, "cancel"));
    expect(await summary(world, job)).toEqual(row.want);
    await expectEverybodyAnswered(world, job, listOf(row.receivers), ["canceled"]);
    const { canceled } = await jobNow(world, job);
    expect(canceled).toBe((await countsOf(world, job)).canceled);
    const listed = await outcomesOf(world, job, { status: "canceled" });
    expect(listed).toHaveLength(canceled ?? -1);
  });
});

describe("a job that expires", () => {
  it.each(ROWS.filter(({ afterMs }) => afterMs > 0))("when $when", async (row) => {
    const options = { ...row.options, expiresAtMs: NOW + row.afterMs };
    const { world, job } = await stopped({ ...row, options }, async () => {});
    const want = row.want.map((line) => line.replace("canceled Canceled", "canceled Expired"));
    expect(await summary(world, job)).toEqual(want);
    await expectEverybodyAnswered(world, job, listOf(row.receivers), ["expired"]);
  });

  it.each([0, 30_000])("while it is paused since %i ms", async (afterMs) => {
    const world = makeWorld();
    const job = await accepted(world, 7, { options: { expiresAtMs: NOW + 600_000 } });
    await runUntilRest(world, { workers: 0, untilMs: NOW + afterMs });
    await world.volley.control(CALLER, job.id, "pause");
    world.clock.advanceTo(NOW + 600_000);
    await world.volley.dispatch.eachMinute();
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, listOf(7), ["expired"]);
    expect(await summaryOf(world, job)).toEqual(allOf(7, "canceled Expired"));
  });
});

it.each([3, 7])("a job of %i waits with its end as long as a claim is live", async (receivers) => {
  const world = makeWorld();
  const job = await accepted(world, receivers);
  await world.volley.dispatch.eachMinute();
  for (const queue of Object.values(world.queues)) queue.purge();
  await world.volley.control(CALLER, job.id, "cancel");
  const key = { run: job.run, first: "1", on: "batch", goneAtMs: job.goneAtMs } as const;
  const claim = { id: "c", slotMs: NOW, untilMs: NOW + 90_000, count: 2 };
  expect(await world.ports.rows.claim(key, NO_ROWS.batch, claim)).toBe(true);
  for (const [afterMs, state] of [
    [19_999, "canceling"],
    [30_000, "canceling"],
    [89_999, "canceling"],
    [95_000, "canceled"],
  ] as const) {
    world.clock.advanceTo(NOW + afterMs);
    await world.volley.dispatch.eachMinute();
    expect([afterMs, (await jobNow(world, job)).state]).toEqual([afterMs, state]);
  }
  expect((await summaryOf(world, job)).slice(0, 3)).toEqual([
    "1 unknown WorkerLost",
    "2 unknown WorkerLost",
    "3 canceled Canceled",
  ]);
  expect(await jobNow(world, job)).toMatchObject({ canceled: receivers - 2 });
  expect(world.quota.told).toEqual([{ late: { slotMs: NOW, count: 2, answeredAtMs: NOW + 90_000 } }]);
});
