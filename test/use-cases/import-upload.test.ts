import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
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
