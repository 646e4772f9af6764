import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExportRequest } from "../../lib/domain/outcome-export.ts";
import { NOW } from "../support/a-job.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { type Exports, endedJob, expectWritten, exportsOf, mixed, textOf, wanted, writeAll } from "./exports.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, makeWorld, type World } from "./world.ts";

const CSV: ExportRequest = { format: "csv" };

describe("an export", () => {
  it.each<{ request: ExportRequest; receivers?: number }>([
    { request: CSV },
    { request: { format: "ndjson" } },
    { request: { format: "csv", status: "failed" } },
    { request: { format: "ndjson", status: "sent" } },
    { request: { format: "csv", status: "unknown", code: "NotInAnswer" } },
    { request: { format: "csv", code: "FailedReceiver" } },
    { request: { format: "csv", status: "pending" } }, // nobody
    { request: CSV, receivers: 2 },
    { request: CSV, receivers: 700 },
  ])("is what the list says, in one piece: $request of $receivers", async ({ request, receivers }) => {
    const { world, job, exports } = await endedJob(receivers);
    await exports.request(CALLER, job.id, request);
    expect(await writeAll(exports, world)).toBe(1);
    await expectWritten(exports, world, job, request);
  });

  it("is the same however it is cut", async () => {
    const { world, job } = await endedJob(60);
    const cuts = fc.record({
      partBytes: fc.integer({ min: 1, max: 900 }),
      rowsPerPage: fc.integer({ min: 1, max: 70 }),
    });
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        const exports = exportsOf(world, cut);
        await exports.request(CALLER, job.id, CSV);
        await writeAll(exports, world);
        await expectWritten(exports, world, job, CSV);
      }),
      { numRuns: 40 },
    );
  });

  it("of a job that still runs names everybody once, those who wait too", async () => {
    const world = makeWorld({ behave: (call) => ({ ...mixed(call), takesMs: 300 }) });
    const job = await accepted(world, 60);
    await runUntilRest(world, { workers: 1, untilMs: NOW + 2_000 });
    const exports = exportsOf(world);
    await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world);
    const lines = (await textOf(exports, job.run, CSV)).trimEnd().split("\n").slice(1);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(Array.from({ length: 60 }, (_, i) => String(i + 1)));
    const statuses = new Set(lines.map((line) => line.split(" ")[1]));
    expect(statuses).toContain("pending");
    expect(statuses).toContain("sent");
  });

  it("goes on in another invocation when little time is left, and that ends", async () => {
    const { world, job, exports } = await endedJob(25);
    const write = slowWriter(exports, world, 100_000);
    await exports.request(CALLER, job.id, CSV);
    // a part of 100 s, and 120 s that must be left before another is begun: two of them fit
    expect(await writeAll(exports, world, 240_000, () => write)).toBeGreaterThan(2);
    await expectWritten(exports, world, job, CSV);
  });

  it("keeps its lease while a filter finds nobody for a long time", async () => {
    const { world, job, exports } = await endedJob(700);
    const request: ExportRequest = { format: "csv", code: "Nobody" };
    await exports.request(CALLER, job.id, request);
    const left: number[] = [];
    const { write } = exports.processOf(async (name, call) => {
      if (name === "rows.read") {
        world.clock.advanceTo(world.clock.now() + 10_000);
        const standing = await exports.ports.exports.find(job.run, request);
        left.push((standing?.leaseUntilMs ?? 0) - world.clock.now());
      }
      return call();
    });
    await writeAll(exports, world, 3_600_000, () => write);
    expect(left.length).toBeGreaterThan(18); // more than a lease in all
    expect(Math.min(...left)).toBeGreaterThan(0);
    await expectWritten(exports, world, job, request);
  });
});

/** A writer whose every part takes so long. */
function slowWriter(exports: Exports, { clock }: World, partMs: number) {
  const { write } = exports.processOf(async (name, call) => {
    if (name === "reportFiles.part") clock.advanceTo(clock.now() + partMs);
    return call();
  });
  return write;
}

describe("a writer that dies", async () => {
  const { world: counted, job: countedJob, exports: countedExports } = await endedJob();
  const all: string[] = [];
  await countedExports.request(CALLER, countedJob.id, CSV);
  await writeAll(
    countedExports,
    counted,
    undefined,
    () => countedExports.processOf(crashAt(undefined, all).around).write,
  );

  it("has many points to die at", () => {
    expect(all.filter((name) => name === "reportFiles.part").length).toBeGreaterThan(5);
    expect(all).toEqual(expect.arrayContaining(["reportFiles.begin", "reportFiles.complete", "exports.write"]));
  });

  it("leaves a file with everybody once: at each call, before or after it", async () => {
    for (const point of crashPoints(all)) {
      const { world, job, exports } = await endedJob();
      await exports.request(CALLER, job.id, CSV);
      const first = crashAt(point);
      let begun = false;
      const dying = exports.processOf(first.around).write;
      await writeAll(exports, world, undefined, () => {
        const writer = begun && first.isDead() ? exports.write : dying;
        begun = true;
        return writer;
      });
      const found = await exports.ports.exports.find(job.run, CSV);
      expect({ point, state: found?.state }).toEqual({ point, state: "done" });
      expect({ point, text: await textOf(exports, job.run, CSV) }).toEqual({
        point,
        text: await wanted(world, job.id, CSV),
      });
    }
  });
});
