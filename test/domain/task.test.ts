import { describe, expect, it } from "vitest";
import { isOneBatch } from "../../lib/domain/job.ts";
import { DELETE } from "../../lib/domain/settled.ts";
import { firstOf } from "../../lib/domain/task.ts";

describe("a task", () => {
  it.each([
    { receivers: "1", want: "1" },
    { receivers: "1,2", want: "1" },
    { receivers: "9223372036854775806,9223372036854775807", want: "9223372036854775806" },
  ])("of $receivers is named by its first receiver", ({ receivers, want }) =>
    expect(firstOf({ receivers })).toBe(want),
  );

  it("that is done with is deleted", () => expect(DELETE).toEqual({ kind: "delete" }));
});

describe("a job", () => {
  it.each([
    { batches: 0, want: false },
    { batches: 1, want: true },
    { batches: 2, want: false },
  ])("of $batches batches is one batch: $want", ({ batches, want }) => expect(isOneBatch({ batches })).toBe(want));
});
