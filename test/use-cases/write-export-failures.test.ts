import { describe, expect, it } from "vitest";
import type { ExportRequest } from "../../lib/domain/outcome-export.ts";
import { endedJob, expectWritten, writeAll } from "./exports.ts";
import { CALLER, jobNow } from "./world.ts";

const CSV: ExportRequest = { format: "csv" };

describe("the bucket", () => {
  it.each([1, 3, 5])("loses the parts after %i of them: the file is begun anew, under another name", async (after) => {
    const { world, job, exports } = await endedJob();
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
    const { world, job, exports } = await endedJob();
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

  it("fails before every part: as long as parts are added, nobody gives up", async () => {
    const { world, job, exports } = await endedJob(60);
    let calls = 0;
    const { write } = exports.processOf(async (name, call) => {
      if (name === "reportFiles.part" && calls++ % 2 === 0) throw new Error("away");
      return call();
    });
    await exports.request(CALLER, job.id, CSV);
    await writeAll(exports, world, undefined, () => write);
    expect(calls).toBeGreaterThan(2 * 8);
    await expectWritten(exports, world, job, CSV);
  });

  it("is away: it is tried eight times, then given up; asked for again it is written", async () => {
    const { world, job, exports } = await endedJob();
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

it("a message that comes while somebody writes waits for the end of the lease, and writes nothing", async () => {
  const { world, job, exports } = await endedJob();
  const asked = await exports.request(CALLER, job.id, CSV);
  const taken = { ...asked, version: 2, leaseUntilMs: world.clock.now() + 77_000 };
  await exports.ports.exports.write(taken, asked, job.goneAtMs);
  const settled = await exports.write({ job: job.id, run: job.run, request: CSV }, world.clock.now() + 900_000);
  expect(settled).toEqual({ kind: "go-back", atMs: taken.leaseUntilMs });
  expect(await exports.ports.exports.find(job.run, CSV)).toEqual(taken);
});

it("two writers at once write one file", async () => {
  const { world, job, exports } = await endedJob();
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
  const { world, job, exports } = await endedJob();
  const task = { job: id ?? job.id, run: run ?? job.run, request: { format: "ndjson" } as const };
  expect(await exports.write(task, world.clock.now() + 900_000)).toEqual({ kind: "delete" });
  expect(await exports.ports.exports.find(job.run, task.request)).toBeUndefined();
});

it("a damaged list ends it, with the reason", async () => {
  const { world, job, exports } = await endedJob();
  for (const [key, bytes] of world.objects) world.objects.set(key, bytes.subarray(8));
  await exports.request(CALLER, (await jobNow(world, job)).id, CSV);
  await writeAll(exports, world);
  const found = await exports.ports.exports.find(job.run, CSV);
  expect(found).toMatchObject({ state: "failed", reason: "the job's receiver list is damaged" });
});
