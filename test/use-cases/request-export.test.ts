import { describe, expect, it } from "vitest";
import type { ExportRequest } from "../../lib/domain/outcome-export.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { exportsOf, textOf, wanted, writeAll } from "./exports.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, makeWorld } from "./world.ts";

const CSV: ExportRequest = { format: "csv" };

async function ended(receivers = 9) {
  const world = makeWorld();
  const job = await accepted(world, receivers);
  await runUntilRest(world);
  return { world, job, exports: exportsOf(world) };
}

describe("a request for an export", () => {
  it("is the same one while it is written and when it is done, and another for another filter", async () => {
    const { world, job, exports } = await ended();
    const first = await exports.request(CALLER, job.id, CSV);
    expect((await exports.request(CALLER, job.id, CSV)).file).toBe(first.file);
    await writeAll(exports, world);
    expect(await exports.request(CALLER, job.id, CSV)).toMatchObject({ file: first.file, state: "done" });
    expect(exports.queue.nextAtMs()).toBeUndefined(); // nothing is left to do
    const other = await exports.request(CALLER, job.id, { format: "csv", status: "sent" });
    expect(other).toMatchObject({ state: "running" });
    expect(other.file).not.toBe(first.file);
    expect(exports.reportFiles.objects.size).toBe(1);
  });

  it("is a new one after the job went on; the old link leads to the old file", async () => {
    const world = makeWorld();
    const job = await accepted(world, 9);
    const exports = exportsOf(world);
    const first = await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world);
    expect(await textOf(exports, job.run, CSV)).toContain("1 pending");
    await runUntilRest(world);
    const second = await exports.request(CALLER, job.id, CSV);
    expect(second.file).not.toBe(first.file);
    await writeAll(exports, world);
    expect(await textOf(exports, job.run, CSV)).toBe(await wanted(world, job.id, CSV));
    expect(exports.reportFiles.objects.size).toBe(2);
  });

  it("queues it once more if its message got lost, but not while somebody writes it", async () => {
    const { world, job, exports } = await ended();
    await exports.request(CALLER, job.id, CSV);
    exports.queue.purge();
    await exports.request(CALLER, job.id, CSV);
    expect(exports.queue.nextAtMs()).toBeDefined();
    exports.queue.purge();
    const standing = await exports.ports.exports.find(job.run, CSV);
    if (!standing) throw new Error("it is gone");
    const taken = { ...standing, version: 2, leaseUntilMs: world.clock.now() + 1 };
    await exports.ports.exports.write(taken, standing, job.goneAtMs);
    await exports.request(CALLER, job.id, CSV);
    expect(exports.queue.nextAtMs()).toBeUndefined();
  });

  it("of many at once is one export", async () => {
    const { job, exports } = await ended();
    const made = await Promise.all(Array.from({ length: 3 }, () => exports.request(CALLER, job.id, CSV)));
    expect(new Set(made.map(({ file }) => file)).size).toBe(1);
  });

  it("that broke off anywhere can be made again", async () => {
    const { job, exports: counted } = await ended();
    const calls: string[] = [];
    await counted.processOf(crashAt(undefined, calls).around).request(CALLER, job.id, CSV);
    expect(calls).toEqual(["jobs.find", "exports.find", "exports.write", "exportQueue.send"]);
    for (const point of crashPoints(calls)) {
      const { world, job: own, exports } = await ended();
      await expect(exports.processOf(crashAt(point).around).request(CALLER, own.id, CSV)).rejects.toThrow();
      await exports.request(CALLER, own.id, CSV);
      await writeAll(exports, world);
      expect({ point, text: await textOf(exports, own.run, CSV) }).toEqual({
        point,
        text: await wanted(world, own.id, CSV),
      });
    }
  });

  it.each([
    { when: "there is no such job", caller: CALLER, id: "none", code: "NOT_FOUND" },
    { when: "it is another client's", caller: { ...CALLER, clientId: "other" }, id: undefined, code: "NOT_FOUND" },
    {
      when: "the caller may not read",
      caller: { ...CALLER, scopes: new Set(["send"] as const) },
      id: undefined,
      code: "FORBIDDEN",
    },
  ])("is refused when $when: $code, and nothing is written", async ({ caller, id, code }) => {
    const { job, exports } = await ended();
    await expect(exports.request(caller, id ?? job.id, CSV)).rejects.toMatchObject({ code });
    await expect(exports.get(caller, id ?? job.id, CSV)).rejects.toMatchObject({ code });
    expect(await exports.ports.exports.find(job.run, CSV)).toBeUndefined();
    expect(exports.queue.nextAtMs()).toBeUndefined();
  });

  it("is refused once the job is gone", async () => {
    const { world, job, exports } = await ended();
    world.clock.advanceTo(job.goneAtMs);
    await expect(exports.request(CALLER, job.id, CSV)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each(["importing", "awaiting-list"] as const)(
    "of a job that is %s is a conflict: it lists nobody yet",
    async (state) => {
      const { world, job, exports } = await ended();
      await world.ports.jobs.write(await jobNow(world, job), { state });
      await expect(exports.request(CALLER, job.id, CSV)).rejects.toMatchObject({ code: "CONFLICT" });
    },
  );
});

it("whoever asks how far it is is told, and gets the link when it is done", async () => {
  const { world, job, exports } = await ended();
  await expect(exports.get(CALLER, job.id, CSV)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await exports.request(CALLER, job.id, CSV);
  expect(await exports.get(CALLER, job.id, CSV)).toMatchObject({ found: { state: "running" } });
  expect(await exports.get(CALLER, job.id, CSV)).not.toHaveProperty("link");
  await expect(exports.get(CALLER, job.id, { format: "ndjson" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await writeAll(exports, world);
  const { found, link } = await exports.get(CALLER, job.id, CSV);
  expect(link).toBe(`https://bucket/reports/${job.run}/outcomes-${found.file}.csv?name=outcomes-${job.id}.csv`);
});
