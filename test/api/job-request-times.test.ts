import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";

const TIME = "must be a time such as 2026-01-31T08:00:00Z";
const base = { AppId: 1, Sender: "5", Receiver: ["1"], MsgType: 10001, Content: "hello" };
const readTime = (NotBefore: string) => readJobRequest(JSON.stringify({ ...base, Options: { NotBefore } }));

describe("the times of a job request", () => {
  it.each([
    { time: "2026-02-28T23:59:59Z", want: "2026-02-28T23:59:59.000Z" },
    { time: "2028-02-29T00:00:00Z", want: "2028-02-29T00:00:00.000Z" },
    { time: "2026-01-01T00:00:00.123456789+05:30", want: "2025-12-31T18:30:00.123Z" },
  ])("reads the time $time", ({ time, want }) => {
    expect(new Date(readTime(time).options.notBeforeMs ?? 0).toISOString()).toBe(want);
  });

  it.each([
    "2026-02-30T08:00:00Z",
    "2026-02-29T08:00:00Z",
    "2026-04-31T08:00:00Z",
    "2026-13-01T08:00:00Z",
    "2026-00-01T08:00:00Z",
    "2026-01-00T08:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T08:60:00Z",
    "2026-01-31T08:00:00",
    "2026-01-31T08:00:00+01",
    "2026-01-31 08:00:00Z",
    "2026-01-31",
    "",
  ])("refuses the time %s", (time) => {
    const faults = [{ pointer: "/Options/NotBefore", detail: TIME }];
    expect(() => readTime(time)).toThrow(expect.objectContaining({ faults }));
  });
});
