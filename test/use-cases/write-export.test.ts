import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import type { ExportRequest } from "../../lib/domain/outcome-export.ts";
import { NOW } from "../support/a-job.ts";
import type { Call } from "../support/fake-upstream.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { type Exports, exportsOf, textOf, wanted, writeAll } from "./exports.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, CALLER, jobNow, makeWorld, type World } from "./world.ts";

const CSV: ExportRequest = { format: "csv" };

/** Of every ten receivers one is refused for good, one stands in neither list, the others get it. */
const mixed = ({ receivers }: Call) => ({
  fails: receivers.filter((id) => id.endsWith("3")),
  forgets: receivers.filter((id) => id.endsWith("7")),
});

/** A job of so many receivers, ended, and exports of it. */
async function ended(receivers = 25, options?: Parameters<typeof exportsOf>[1]) {
  const world = makeWorld({ behave: mixed });
  const job = await accepted(world, receivers);
  await runUntilRest(world);
  return { world, job, exports: exportsOf(world, options) };
}

async function expectWritten(exports: Exports, world: World, job: Job, request: ExportRequest): Promise<void> {
  expect(await textOf(exports, job.run, request)).toBe(await wanted(world, job.id, request));
  const text = await textOf(exports, job.run, request);
  expect(await exports.ports.exports.find(job.run, request)).toMatchObject({
    state: "done",
    bytes: Buffer.byteLength(text),
    rows: text.split("\n").length - (request.format === "csv" ? 2 : 1),
  });
}

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
    const { world, job, exports } = await ended(receivers);
    await exports.request(CALLER, job.id, request);
    expect(await writeAll(exports, world)).toBe(1);
    await expectWritten(exports, world, job, request);
  });

  it("is the same however it is cut", async () => {
    const { world, job } = await ended(60);
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
    const { world, job, exports } = await ended(25);
    const write = slowWriter(exports, world, 100_000);
    await exports.request(CALLER, job.id, CSV);
    // a part of 100 s, and 120 s that must be left before another is begun: two of them fit
    expect(await writeAll(exports, world, 240_000, () => write)).toBeGreaterThan(2);
    await expectWritten(exports, world, job, CSV);
  });

  it("keeps its lease while a filter finds nobody for a long time", async () => {
    const { world, job, exports } = await ended(90, { rowsPerPage: 1 });
    const request: ExportRequest = { format: "csv", code: "Nobody" };
    await exports.request(CALLER, job.id, request);
    const leases: number[] = [];
    const { write } = exports.processOf(async (name, call) => {
      if (name === "rows.read") world.clock.advanceTo(world.clock.now() + 50_000);
      if (name === "rows.read")
        leases.push(((await exports.ports.exports.find(job.run, request))?.leaseUntilMs ?? 0) - world.clock.now());
      return call();
    });
    await writeAll(exports, world, 3_600_000, () => write);
    expect(leases.length).toBeGreaterThan(2);
    expect(Math.min(...leases)).toBeGreaterThan(0);
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
  const { world: counted, job: countedJob, exports: countedExports } = await ended();
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

  it("leaves a file with everybody once: at each call, before or after it", { timeout: 60_000 }, async () => {
    for (const point of crashPoints(all)) {
      const { world, job, exports } = await ended();
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

describe("the bucket", () => {
  it.each([1, 3, 5])("loses the parts after %i of them: the file is begun anew, under another name", async (after) => {
    const { world, job, exports } = await ended();
    let parts = 0;
    const { write } = exports.processOf(async (name, call) => {
      const answer = await call();
      if (name === "reportFiles.part" && ++parts === after) exports.reportFiles.lose();
      return answer;
    });
    const { file } = await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world, undefined, () => write);
    await expectWritten(exports, world, job, CSV);
    expect(await exports.ports.exports.find(job.run, CSV)).toMatchObject({ file: `${file}-1`, restarts: 1 });
  });

  it("loses them each time: it is given up, and says so", async () => {
    const { world, job, exports } = await ended();
    const { write } = exports.processOf(async (name, call) => {
      const answer = await call();
      if (name === "reportFiles.part") exports.reportFiles.lose();
      return answer;
    });
    await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world, undefined, () => write);
    const found = await exports.ports.exports.find(job.run, CSV);
    expect(found).toMatchObject({ state: "failed", reason: expect.stringContaining("lost its parts") });
    expect(exports.reportFiles.objects.size).toBe(0);
  });

  it("is away: it is tried eight times, then given up; asked for again it is written", async () => {
    const { world, job, exports } = await ended();
    let tries = 0;
    const { write } = exports.processOf(async (name, call) => {
      if (name !== "reportFiles.part") return call();
      tries++;
      throw new Error("away");
    });
    await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world, undefined, () => write);
    expect(tries).toBe(8);
    expect(await exports.ports.exports.find(job.run, CSV)).toMatchObject({ state: "failed" });
    await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world);
    await expectWritten(exports, world, job, CSV);
  });
});

it("two writers at once write one file", async () => {
  const { world, job, exports } = await ended();
  const task = { job: job.id, run: job.run, request: CSV };
  await exports.request(CALLER, job.id, CSV);
  const settled = await Promise.all([1, 2].map(() => exports.write(task, world.clock.now() + 900_000)));
  expect(settled.map(({ kind }) => kind).sort()).toEqual(["delete", "go-back"]);
  await writeAll(exports, world);
  await expectWritten(exports, world, job, CSV);
});

it.each([
  { when: "the job is gone", job: "none", run: undefined },
  { when: "the run is another's", job: undefined, run: "otherrun" },
  { when: "nobody asked for it", job: undefined, run: undefined },
])("drops a message without a write when $when", async ({ job: id, run }) => {
  const { world, job, exports } = await ended();
  const task = { job: id ?? job.id, run: run ?? job.run, request: { format: "ndjson" } as const };
  expect(await exports.write(task, world.clock.now() + 900_000)).toEqual({ kind: "delete" });
  expect(await exports.ports.exports.find(job.run, task.request)).toBeUndefined();
});

it("a damaged list ends it, with the reason", async () => {
  const { world, job, exports } = await ended();
  for (const [key, bytes] of world.objects) world.objects.set(key, bytes.subarray(8));
  await exports.request(CALLER, (await jobNow(world, job)).id, CSV);
  await writeAll(exports, world);
  const found = await exports.ports.exports.find(job.run, CSV);
  expect(found).toMatchObject({ state: "failed", reason: "the job's receiver list is damaged" });
});
