import { expect, it } from "vitest";
import { actionsOf, countCodes, finishMs } from "../../clients/console/src/jobs.ts";
import { JOB_STATES, may } from "../../lib/domain/job-state.ts";

const Tally = { Pending: 1, Sent: 1, Failed: 1, Unknown: 0, Canceled: 0 };

it.each(JOB_STATES)("%s: the page offers exactly what the API takes", (Status) => {
  const taken = (["pause", "resume", "cancel", "retry"] as const).filter((action) => may(action, Status));
  expect(actionsOf({ Status, Tally })).toEqual(taken);
});

it("offers no retry where nobody has failed", () => {
  expect(actionsOf({ Status: "done", Tally: { ...Tally, Failed: 0 } })).toEqual([]);
  expect(actionsOf({ Status: "done", Tally: { ...Tally, Failed: 0, Unknown: 1 } })).toEqual(["retry"]);
});

it("says when a job will be through only while it runs", () => {
  expect(finishMs({ Status: "running", EstimatedSeconds: 46 }, 1_000)).toBe(47_000);
  expect(finishMs({ Status: "paused", EstimatedSeconds: 46 }, 1_000)).toBeUndefined();
  expect(finishMs({ Status: "running" }, 1_000)).toBeUndefined();
});

it("counts outcomes by code, most first", () => {
  const some = [
    { Status: "failed", Code: "B" },
    { Status: "unknown", Code: "A" },
    { Status: "failed", Code: "B" },
    { Status: "failed", Code: "A" },
  ];
  expect(countCodes(some)).toEqual([
    { status: "failed", code: "B", count: 2 },
    { status: "unknown", code: "A", count: 1 },
    { status: "failed", code: "A", count: 1 },
  ]);
});
