import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import { makeSteer } from "../../lib/use-cases/control-job.ts";
import { NOW } from "../contracts/results-ports.ts";
import { granted } from "./fake-bucket.ts";
import {
  accepted,
  callsOf,
  deliverAll,
  drain,
  expectEverybodyAnswered,
  makeWorld,
  summaryOf,
  type World,
} from "./world.ts";

describe("the job's state", () => {
  const steer = ({ results, queue }: World) => makeSteer({ jobs: results.jobs, parked: results.parked, queue });

  it.each<{ when: string; job: Partial<Job>; events: object[]; calls: string[] }>([
    { when: "abandoned", job: { state: "abandoned" }, events: [{ event: "dropped", why: "IntakeDied" }], calls: [] },
    {
      when: "accepting for too long",
      job: { state: "accepting", acceptingUntilMs: NOW + 3_500 },
      events: [{ event: "dropped", why: "IntakeDied" }],
      calls: [],
    },
    { when: "paused", job: { state: "paused" }, events: [], calls: [] },
    { when: "scheduled", job: { state: "scheduled", notBeforeMs: NOW + 1_000_000 }, events: [], calls: [] },
  ])("$when: nothing is sent", async ({ job, events, calls }) => {
    const world = await deliverAll({ job });
    expect(callsOf(world)).toEqual(calls);
    expect(world.quota.asks).toEqual([]);
    expect(world.events).toMatchObject(events);
    expect(await summaryOf(world)).toEqual([]);
  });

  it("missing: the message is dropped, and said so", async () => {
    const world = makeWorld({ receivers: 3 });
    await world.queue.enqueue("bulk", world.tasks, 0);
    await drain(world);
    expect(world.events).toEqual([{ event: "dropped", why: "NoSuchJob", job: world.job.id, batch: "0" }]);
  });

  it("accepting: looked at again every second until intake is complete", async () => {
    const world = await accepted(makeWorld({ receivers: 3, job: { state: "accepting" } }));
    void world.clock.sleep(2_500).then(() => world.results.jobs.start(world.job, "running"));
    await drain(world);
    expect(callsOf(world)).toEqual(["3000 1,2,3"]);
    await expectEverybodyAnswered(world);
  });

  it.each<{ code: string; job: Partial<Job>; states: Job["state"][] }>([
    { code: "Canceled", job: { state: "canceled" }, states: ["canceled"] },
    { code: "Expired", job: { expiresAtMs: NOW }, states: ["done"] },
  ])("$code: everybody who was not sent to says so", async ({ code, job, states }) => {
    const world = await deliverAll({ job });
    expect(await summaryOf(world)).toEqual(world.ids.map((id) => `${id} canceled ${code}`));
    await expectEverybodyAnswered(world, states);
  });

  it.each<{ action: "pause" | "cancel" }>([{ action: "pause" }, { action: "cancel" }])(
    "$action counts before the next send, also for a worker that waits for its slot",
    async ({ action }) => {
      const world = await accepted(makeWorld({ receivers: 3, grant: ({ count }) => granted(NOW + 60_000, count) }));
      void world.clock.sleep(30_000).then(() => steer(world)(world.job.id, action));
      await drain(world);
      expect(world.upstream.calls).toEqual([]);
    },
  );

  it("paused and resumed: what was parked is sent", async () => {
    const world = await deliverAll({ job: { state: "paused" }, receivers: 7 });
    expect(world.queue.nextAtMs()).toBeUndefined(); // a paused job costs nothing while it waits
    await steer(world)(world.job.id, "resume");
    await drain(world);
    await expectEverybodyAnswered(world, ["done"]);
  });

  it("resumed while a worker parks: the message is not left behind", async () => {
    const world = await accepted(makeWorld({ receivers: 3, job: { state: "paused" } }));
    const { parked } = world.ports;
    const park: typeof parked.park = async (tasks) => {
      await steer(world)(world.job.id, "resume").catch(() => {});
      await parked.park(tasks);
    };
    Object.assign(world.ports, { parked: { ...parked, park } });
    await drain(world);
    await expectEverybodyAnswered(world, ["done"]);
  });
});
