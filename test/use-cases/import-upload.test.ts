import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { ask, awaiting, FILE, SORTED, type UploadParts } from "./uploads.ts";
import { CALLER, jobNow } from "./world.ts";

const FAR = Number.POSITIVE_INFINITY;
const HOUR_MS = 3_600_000;

describe("a job with an upload", () => {
  it("waits for its file, then sends to everybody in it, each once", async () => {
    const { world, job, put, arrival } = await awaiting();
    expect(job).toMatchObject({ state: "awaiting-list", lane: "bulk", receivers: 0, batches: 0 });
    expect((await world.volley.query.job(CALLER, job.id)).counts).toMatchObject({ pending: 0, sent: 0 });
    put(FILE);
    await world.volley.importList(arrival, FAR);
    const now = await jobNow(world, job);
    expect(now).toMatchObject({ state: "running", receivers: 150, duplicatesDropped: 50, batches: 15 });
    expect(now.import).toMatchObject({
      bytes: FILE.length,
      totalBytes: FILE.length,
      ids: 200,
      badLines: 0,
      segments: [],
    });
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
  });

  it.each([
    { what: "gzip", file: gzipSync(FILE), parts: { upload: { gzip: true } } },
    {
      what: "text",
      file: Buffer.from([...SORTED].reverse().join("\n")),
      parts: { upload: { format: "txt" as const } },
    },
    {
      what: "NDJSON",
      file: Buffer.from([...SORTED].map((id) => `{"id":"${id}"}`).join("\n")),
      parts: { upload: { format: "ndjson" as const, column: "id" } },
    },
    { what: "one batch", file: Buffer.from("7\n8\n"), parts: {}, sorted: BigUint64Array.of(7n, 8n) },
    { what: "ids that fit into memory", file: FILE, parts: {}, segmentIds: 1_000 },
  ])("reads $what", async ({ file, parts, sorted = SORTED, segmentIds = 40 }) => {
    const { world, job, put, arrival } = await awaiting(parts, { segmentIds });
    put(file);
    await world.volley.importList(arrival, FAR);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, sorted);
    expect(world.scratched.size > 0).toBe(sorted === SORTED && segmentIds === 40);
  });

  it("that starts later waits for its time with its list", async () => {
    const { world, job, put, arrival } = await awaiting({ options: { notBeforeMs: Date.parse("2026-02-02") } });
    put(FILE);
    await world.volley.importList(arrival, FAR);
    expect(await jobNow(world, job)).toMatchObject({ state: "scheduled", receivers: 150 });
    expect(world.clock.now()).toBeLessThan(Date.parse("2026-02-01"));
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
    expect(Math.min(...world.upstream.calls.map(({ atMs }) => atMs))).toBeGreaterThanOrEqual(Date.parse("2026-02-02"));
  });

  it("that is never used expires", async () => {
    const { world, job } = await awaiting();
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({ state: "expired", canceled: 0 });
    expect(world.clock.now()).toBeLessThan(job.expiresAtMs + HOUR_MS);
  });

  it("whose notification got lost is found by dispatch", async () => {
    const { world, job, put } = await awaiting();
    put(FILE);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, SORTED);
    expect((await jobNow(world, job)).history[1]?.atMs).toBeLessThan(job.createdAtMs + 2 * HOUR_MS);
  });

  it("gives the first answer again, with a fresh link while it waits", async () => {
    const { world, job, put, arrival } = await awaiting();
    world.clock.advanceTo(world.clock.now() + HOUR_MS);
    const again = await ask(world);
    expect(again).toMatchObject({ replayed: true, job: { id: job.id, state: "awaiting-list" } });
    expect(again.link).toMatchObject({ expiresAtMs: world.clock.now() + HOUR_MS, maxBytes: 2 ** 30 });
    expect(again.link?.fields).toEqual({ key: `uploads/${job.id}/${job.run}`, "Content-Type": "text/csv" });
    await expect(ask(world, { upload: { maxBadLines: 1 } })).rejects.toMatchObject({ code: "INVALID" });
    put(FILE);
    await world.volley.importList(arrival, FAR);
    const after = await ask(world);
    expect(after).toMatchObject({ replayed: true, job: { state: "awaiting-list" } });
    expect(after.link).toBeUndefined();
  });

  it("can be canceled while it waits, and while it is imported", async () => {
    const { world, job, put, arrival } = await awaiting();
    put(FILE);
    let writes = 0;
    const slow = world.processOf(async (name, call) => {
      if (name === "scratch.writeIds" && ++writes === 2) await world.volley.control(CALLER, job.id, "cancel");
      return call();
    });
    await slow.importList(arrival, FAR);
    expect(writes).toBe(2);
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({ state: "canceled" });
    expect(world.upstream.calls).toEqual([]);
  });
});

describe("a list is rejected, and nothing is sent", () => {
  const bad = "UserId\n7\n1.5E+18\n8\nx\n9\n";
  it.each<{ when: string; file: string | Buffer; parts?: UploadParts; reason: string; badLines?: number }>([
    {
      when: "one line is bad",
      file: "UserId\n7\nx\n",
      reason: "1 line of the list is bad; MaxBadLines is 0",
      badLines: 1,
    },
    {
      when: "more lines are bad than may be",
      file: bad,
      parts: { upload: { maxBadLines: 1 } },
      reason: "2 lines of the list are bad; MaxBadLines is 1",
      badLines: 2,
    },
    {
      when: "every line is bad",
      file: "x\n".repeat(100),
      parts: { upload: { format: "txt" } },
      reason: "100 lines of the list are bad; MaxBadLines is 0",
      badLines: 100,
    },
    { when: "nobody is in it", file: "UserId\n\n", reason: "the list names nobody" },
    { when: "it has too many", file: FILE, parts: { maxReceivers: 149 }, reason: "the list names more than 149 users" },
    {
      when: "it has too many for one batch",
      file: "7\n8\n",
      parts: { maxReceivers: 1 },
      reason: "the list names more than 1 users",
    },
    {
      when: "it has no such column",
      file: FILE,
      parts: { upload: { column: "Id" } },
      reason: "the first row names no column Id",
    },
    {
      when: "it is not gzip",
      file: FILE,
      parts: { upload: { gzip: true } },
      reason: "the file is not gzip, or is broken",
    },
    {
      when: "it is cut off",
      file: gzipSync(FILE).subarray(0, -9),
      parts: { upload: { gzip: true } },
      reason: "the file is not gzip, or is broken",
    },
  ])("when $when", async ({ file, parts, reason, badLines = 0 }) => {
    const { world, job, put, arrival } = await awaiting(parts);
    put(file);
    await world.volley.importList(arrival, FAR);
    await runUntilRest(world);
    const now = await jobNow(world, job);
    expect(now).toMatchObject({ state: "rejected", reason: expect.stringContaining(reason), import: { badLines } });
    expect(now.dueAtMs).toBeUndefined();
    expect(world.upstream.calls).toEqual([]);
    expect(world.objects.size).toBe(0);
    const { reportLink } = await world.volley.query.job(CALLER, job.id);
    expect(reportLink !== undefined).toBe(badLines > 0);
    const report = [...world.reports.objects.values()].map(String).join("");
    expect(report.split("\n").length - 1).toBe(badLines);
  });

  it("names every bad line in its report, with its number, and sends to the others if so many may be bad", async () => {
    const { world, job, put, arrival } = await awaiting({ upload: { maxBadLines: 2 } });
    put(bad);
    await world.volley.importList(arrival, FAR);
    await runUntilRest(world);
    await expectEverybodyAnswered(world, job, [7, 8, 9]);
    const { report = "" } = (await jobNow(world, job)).import ?? {};
    const lines = String(world.reports.objects.get(report)).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { Line: 3, Text: "1.5E+18", Reason: expect.stringContaining("rounded by a spreadsheet") },
      { Line: 5, Text: "x", Reason: expect.stringContaining("plain decimal digits") },
    ]);
    expect((await world.volley.query.job(CALLER, job.id)).reportLink).toBe(`memory:${report}?name=bad-lines.ndjson`);
  });

  it("when its file is gone before it was read", async () => {
    const { world, job, put, arrival } = await awaiting();
    put(FILE);
    const slow = world.processOf(async (name, call) => {
      if (name === "uploads.read") world.uploaded.clear();
      return call();
    });
    await expect(slow.importList(arrival, FAR)).rejects.toThrow("gone");
    await runUntilRest(world);
    expect(await jobNow(world, job)).toMatchObject({ state: "rejected", reason: "the uploaded file is gone" });
  });
});

describe("an import", { timeout: 60_000 }, () => {
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
      put(FILE);
      let done = false;
      const slow = world.processOf(async (name, call) => {
        const result = await call();
        if (name === at && !done) {
          done = true;
          put("UserId\n1\n2\n3\n");
        }
        return result;
      });
      await slow.importList(arrival, FAR).catch(() => {});
      await world.volley.importList(arrival, FAR); // S3 tells of the second file too
      await runUntilRest(world);
      await expectEverybodyAnswered(world, job, at === "lists.writeAll" ? SORTED : [1, 2, 3]);
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
