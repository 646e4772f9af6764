import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import {
  applyToExport,
  exportId,
  exportKey,
  isCurrent,
  newExport,
  type OutcomeExport,
} from "../../lib/domain/outcome-export.ts";
import { aJob, NOW } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";

const MINUTE = 60_000;
const CSV = { format: "csv" } as const;
const facts = { file: "file0000", nowMs: NOW, standing: undefined };

describe("an export", () => {
  it("takes the place of the one that stood there", () => {
    const job = aJob({ version: 7 });
    const first = newExport(job, CSV, facts);
    expect(first).toMatchObject({
      run: job.run,
      version: 1,
      jobVersion: 7,
      state: "running",
      rows: 0,
      file: "file0000",
    });
    const standing = { ...first, version: 5, rows: 3, upload: { id: "u", receipts: [] } };
    const next = newExport(job, CSV, { ...facts, file: "file0001", standing });
    expect(next).toEqual({ ...first, version: 6, file: "file0001" });
  });

  it("has an id of its request alone, and an object of its own name", () => {
    expect(exportId(CSV)).toBe("csv##");
    expect(exportId({ format: "csv", status: "sent" })).not.toBe(exportId({ format: "csv", code: "sent" }));
    const one = anExport({ request: { format: "ndjson", code: "x" }, file: "abc", run: "run" });
    expect(exportKey(one)).toBe("reports/run/outcomes-abc.ndjson");
  });

  it("changes, its version one on; undefined removes", () => {
    const one = anExport({ upload: { id: "u", receipts: [] }, after: "5", rows: 3 });
    const next = applyToExport(one, { rows: 4, upload: undefined, after: undefined });
    expect(next).toEqual({ ...anExport({ ...one }), version: 2, rows: 4, upload: undefined, after: undefined });
    expect(Object.keys(next)).not.toContain("upload");
    expect(Object.keys(next)).not.toContain("after");
    expect(applyToExport(one, { bytes: 1 })).toMatchObject({ upload: { id: "u" }, after: "5", bytes: 1 });
  });
});

describe("what can still change", () => {
  const done = (atMs: number): Partial<Job> => ({ state: "done", history: [{ atMs, event: "done", by: "volley" }] });
  it.each<{ when: string; job: Partial<Job>; want: boolean }>([
    { when: "a running job", job: { createdAtMs: NOW - 60 * MINUTE }, want: false },
    { when: "a job that has just ended", job: done(NOW - 15 * MINUTE + 1), want: false },
    { when: "a job that ended a quarter of an hour ago", job: done(NOW - 15 * MINUTE), want: true },
    { when: "a paused job, long ago", job: { ...done(0), state: "paused" }, want: false },
  ])("$when: final $want", ({ job, want }) => {
    expect(newExport(aJob(job), CSV, facts).final).toBe(want);
  });
});

describe("the same request again", () => {
  const job = aJob({ version: 7 });
  const done = { state: "done", jobVersion: 7, doneAtMs: NOW } as const;
  it.each<{ when: string; standing: Partial<OutcomeExport>; atMs?: number; want: boolean }>([
    { when: "it is under way", standing: { jobVersion: 1 }, want: true },
    { when: "it failed", standing: { state: "failed", jobVersion: 7 }, want: false },
    { when: "it is done", standing: done, want: true },
    { when: "it is done, almost a minute ago", standing: done, atMs: NOW + MINUTE - 1, want: true },
    { when: "it is done, a minute ago", standing: done, atMs: NOW + MINUTE, want: false },
    { when: "it is done for good", standing: { ...done, final: true }, atMs: NOW + 100 * MINUTE, want: true },
    { when: "the job went on", standing: { ...done, jobVersion: 6, final: true }, want: false },
  ])("is answered by the one that stands there when $when: $want", ({ standing, atMs = NOW, want }) => {
    expect(isCurrent(anExport(standing), job, atMs)).toBe(want);
  });
});

it("an export is named by all that was asked for", () => {
  expect(exportId({ format: "csv" })).toBe("csv##");
  expect(exportId({ format: "csv", status: "failed" })).toBe("csv#failed#");
  expect(exportId({ format: "ndjson", status: "failed", code: "FailedReceiver" })).toBe("ndjson#failed#FailedReceiver");
});
