import { describe, expect, it } from "vitest";
import { applyChange } from "../../lib/domain/apply-change.ts";
import { aJob } from "../support/a-job.ts";

describe("applyChange", () => {
  const job = aJob({ version: 4, reason: "why" });

  it("changes what it names, and counts the write", () => {
    expect(applyChange(job, { state: "paused", canceled: 0 })).toEqual({
      ...job,
      state: "paused",
      canceled: 0,
      version: 5,
    });
  });

  it("counts the write that changes nothing, whatever version it asks for", () => {
    expect(applyChange(job, { version: 100 })).toEqual({ ...job, version: 5 });
  });

  it("removes what may be absent, key and all", () => {
    const next = applyChange(job, { reason: undefined, dueAtMs: undefined });
    expect(Object.keys(next)).not.toContain("reason");
    expect(Object.keys(next)).not.toContain("dueAtMs");
    expect(Object.keys(job)).toContain("reason"); // a new object
  });

  it.each([{ shares: undefined }, { state: undefined }, { goneAtMs: undefined }])("refuses to remove %o", (change) => {
    expect(() => applyChange(job, change)).toThrow(TypeError);
  });
});

it("a change that removes what every job has names the job", () => {
  expect(() => applyChange(aJob({ id: "j" }), { run: undefined })).toThrow(
    "a change of job j removes what every job has",
  );
});
