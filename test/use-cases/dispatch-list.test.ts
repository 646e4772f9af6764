import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import { namesOfJob } from "../../lib/domain/trace.ts";
import { NOW } from "../support/a-job.ts";
import { outcomesOf, tallyUp } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, makeWorld, type World } from "./world.ts";

type Damage = (objects: Map<string, Uint8Array>, key: string, bytes: Uint8Array) => void;

/** All but the first two receivers of the third batch. */
const before = (bytes: Uint8Array) => bytes.subarray(0, 48);
const after = (bytes: Uint8Array) => bytes.subarray(64);

const DAMAGES: readonly { what: string; damage: Damage }[] = [
  { what: "missing", damage: (objects, key) => void objects.delete(key) },
  { what: "short", damage: (objects, key, bytes) => void objects.set(key, bytes.slice(0, -8)) },
  { what: "cut off in the first batch", damage: (objects, key, bytes) => void objects.set(key, bytes.slice(0, 12)) },
  {
    what: "longer than its job says",
    damage: (objects, key, bytes) => void objects.set(key, Buffer.concat([bytes, bytes])),
  },
  {
    what: "unsorted",
    damage: (objects, key, bytes) =>
      void objects.set(
        key,
        Buffer.concat([before(bytes), bytes.subarray(56, 64), bytes.subarray(48, 56), after(bytes)]),
      ),
  },
  {
    what: "holding one receiver twice",
    damage: (objects, key, bytes) =>
      void objects.set(
        key,
        Buffer.concat([before(bytes), bytes.subarray(48, 56), bytes.subarray(48, 56), after(bytes)]),
      ),
  },
];

function hurt({ objects }: World, { list }: Job, damage: Damage): void {
  const bytes = objects.get(list?.key ?? "");
  if (!list || !bytes) throw new Error("the job has a list");
  damage(objects, list.key, bytes);
}

describe.each(DAMAGES)("a list that is $what", ({ damage }) => {
  it("rejects its job if nothing was queued; nothing is sent, and others go on", async () => {
    const world = makeWorld();
    const job = await accepted(world, 9, { content: "hurt" });
    hurt(world, job, damage);
    const other = await accepted(world, 7, { content: "whole" });
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({
      ...{ state: "rejected", reason: "its receiver list is damaged", canceled: 9, shares: [], cursor: 0 },
      history: [{ event: "accepted" }, { event: "list damaged", by: "volley" }],
    });
    expect((await jobNow(world, job)).dueAtMs).toBeUndefined();
    expect(world.events.filter(({ event }) => event === "list-damaged")).toEqual([
      expect.objectContaining({ ...namesOfJob(job), what: expect.stringContaining(job.list?.key ?? "-") }),
    ]);
    expect(world.upstream.calls.filter(({ message }) => message.Content === "hurt")).toEqual([]);
    expect(await jobNow(world, other)).toMatchObject({ state: "done" });
    const { counts } = await world.volley.query.job(CALLER, job.id);
    expect(counts).toEqual({ sent: 0, failed: 0, unknown: 0, pending: 0, canceled: 9 });
  });

  it("pauses its job if something was queued; what was sent stands, and a whole list lets it go on", async () => {
    const usage = () => ({ used: 0, reservedAhead: 0, capacity: 3 }); // room for two batches
    const world = makeWorld({ usage });
    const job = await accepted(world, 12);
    await world.volley.dispatch.eachMinute();
    const whole = new Map(world.objects);
    hurt(world, job, damage);
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({
      ...{ state: "paused", reason: "its receiver list is damaged", dueAtMs: job.expiresAtMs },
    });
    const sent = world.upstream.calls.flatMap(({ receivers }) => receivers);
    expect(sent.toSorted()).toEqual(["1", "2", "3", "4", "5", "6"].slice(0, sent.length));

    for (const [key, bytes] of whole) world.objects.set(key, bytes);
    const resumed = await world.volley.control(CALLER, job.id, "resume");
    expect(resumed.reason).toBeUndefined();
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({ state: "done" });
    expect(tallyUp(await outcomesOf(world, job))).toMatchObject({ sent: 12 });
  });
});

it("a job whose list is damaged after it was queued can still be canceled", async () => {
  const world = makeWorld();
  const job = await accepted(world, 7);
  await world.volley.dispatch.eachMinute();
  for (const queue of Object.values(world.queues)) queue.purge();
  world.objects.clear();
  await world.volley.control(CALLER, job.id, "cancel");
  await runUntilRest(world, { untilMs: NOW + 3_600_000 });
  expect(await jobNow(world, job)).toMatchObject({ state: "canceled", canceled: 7 });
});
