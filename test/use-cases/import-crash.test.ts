import { describe, expect, it } from "vitest";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { awaiting, FILE, SORTED } from "./uploads.ts";
import { jobNow } from "./world.ts";

const FAR = Number.POSITIVE_INFINITY;
const OTHERS = Array.from({ length: 800 }, (_, i) => i + 1_000);

describe("an import", () => {
  it.each([true, false])("goes on wherever it crashes (dies: %s), with one right list", async (dies) => {
    const play = async (point?: Parameters<typeof crashAt>[0]) => {
      const { world, job, put, arrival } = await awaiting({ upload: { maxBadLines: 1 } });
      put(`${FILE}x,n\n`);
      const crash = crashAt(point);
      const frail = world.processOf(crash.around);
      await frail.importList(arrival, FAR).catch(() => {});
      if ((await jobNow(world, job)).state === "awaiting-list") await world.volley.importList(arrival, FAR); // SQS again
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, SORTED);
      const now = await jobNow(world, job);
      expect(now).toMatchObject({ receivers: 150, duplicatesDropped: 50, import: { badLines: 1, ids: 200 } });
      expect(String(world.reports.objects.get(now.import?.report ?? ""))).toMatch(/^\{"Line":202,[^\n]*\}\n$/);
      return crash.calls;
    };
    const points = crashPoints(await play()).filter((point) => point.dies === dies);
    expect(points.length).toBeGreaterThan(20);
    for (const point of points) await play(point);
  });

  it("that has no time left goes on in another invocation, as long as it comes further", async () => {
    const { world, job, put, arrival } = await awaiting({}, { segmentIds: 1_000 });
    put(FILE);
    const lines: unknown[] = [];
    for (let nudge: typeof arrival | { job: string } | undefined = arrival; nudge; ) {
      await world.volley.importList(nudge, world.clock.now());
      lines.push((await jobNow(world, job)).import?.place.lines);
      const got = world.nudges.imports.receive();
      if (got) world.nudges.imports.remove(got.id);
      nudge = got?.body;
    }
    expect(lines.length).toBeGreaterThan(5);
    expect(lines).toEqual(lines.toSorted((a, b) => Number(a) - Number(b)));
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
  });

  it("that comes no further in a whole invocation fails, and is not asked for by itself", async () => {
    const { world, put, arrival } = await awaiting();
    put("x".repeat(9_000));
    await expect(world.volley.importList(arrival, world.clock.now())).rejects.toMatchObject({
      code: "STORE_CONTENDED",
    });
    expect(world.nudges.imports.receive()).toBeUndefined();
  });

  it("that is told twice, or of another try's file, is done once", async () => {
    const { world, job, put, arrival } = await awaiting();
    put(FILE);
    await world.volley.importList({ ...arrival, run: "another0" }, FAR);
    expect((await jobNow(world, job)).state).toBe("awaiting-list");
    await Promise.all([world.volley.importList(arrival, FAR), world.processOf().importList(arrival, FAR)]);
    await world.volley.importList(arrival, FAR);
    expect(world.objects.size).toBe(1);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
  });

  it.each([1, 2, 3, 4, 5])(
    "that was given up and still goes on changes nothing for its successor: at segment %i",
    async (at) => {
      const { world, job, put, arrival } = await awaiting();
      put(FILE);
      let segments = 0;
      const slow = world.processOf(async (name, call) => {
        if (name === "scratch.writeIds" && ++segments === at) {
          world.clock.advanceTo(world.clock.now() + 17 * 60_000);
          await world.volley.importList({ job: job.id }, FAR);
        }
        return call();
      });
      await slow.importList(arrival, FAR);
      expect((await jobNow(world, job)).history.filter(({ event }) => event === "imported")).toHaveLength(1);
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, SORTED);
    },
  );

  it.each(["uploads.read", "scratch.writeIds", "lists.writeAll"])(
    "whose file is overwritten during %s has one content, whole",
    async (at) => {
      const { world, job, put, arrival } = await awaiting();
      const other = `UserId,Name\n${OTHERS.join(",n\n")},n\n`;
      expect(other.length).toBeGreaterThan(FILE.length); // a read of it that was not asked for it would succeed
      put(FILE);
      let done = false;
      const slow = world.processOf(async (name, call) => {
        const result = await call();
        if (name === at && !done) {
          done = true;
          put(other);
        }
        return result;
      });
      await slow.importList(arrival, FAR).catch(() => {});
      await world.volley.importList(arrival, FAR); // S3 tells of the second file too
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, at === "lists.writeAll" ? SORTED : OTHERS);
    },
  );

  it("whose segments are gone begins again", async () => {
    const { world, job, put, arrival } = await awaiting();
    put(FILE);
    const dying = world.processOf(async (name, call) => {
      if (name === "lists.writeAll") throw new Error("died");
      return call();
    });
    await expect(dying.importList(arrival, FAR)).rejects.toThrow("died");
    world.scratched.delete([...world.scratched.keys()][1] ?? "");
    await expect(world.volley.importList({ job: job.id }, FAR)).rejects.toThrow("is missing");
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
  });
});
