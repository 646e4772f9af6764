import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { BROADCAST, type UnderWay } from "../recorded/under-way.ts";
import { act, isDone, jobOf, jobWhen, outcomesOf, tallyOf } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { putBack } from "../support/put-back.ts";

// A stage is upgraded while jobs are under way: what a version before had in its tables, its queues and its bucket at one
// moment is put into the stack of this one, which goes on with it.

const folder = join(import.meta.dirname, "../recorded");
const versions = globSync("*/under-way.json", { cwd: folder }).map((file) => ({
  name: basename(dirname(file)),
  recorded: JSON.parse(readFileSync(join(folder, file), "utf8")) as UnderWay,
}));

describe.each(versions)("jobs that were under way in version $name", ({ recorded }) => {
  const { jobs } = recorded;

  it("are there, as they were", async () => {
    await putBack(volley, recorded);
    const states = await Promise.all(Object.values(jobs).map((id) => jobOf(volley, id)));
    const byKind = Object.fromEntries(Object.keys(jobs).map((kind, i) => [kind, states[i]?.Status]));
    expect(byKind).toMatchObject({
      ...{ done: "done", retried: "done", calledBack: "done", scheduled: "scheduled", paused: "paused" },
      uploading: "awaiting-list",
    });
  });

  it("end with an outcome for everybody: calls that were under way are unknown, what was queued is sent", async () => {
    const broadcast = await jobWhen(volley, jobs.broadcast, isDone);
    const rows = await outcomesOf(volley, jobs.broadcast);
    expect(rows.map(({ UserId }) => UserId)).toEqual(BROADCAST);
    expect(broadcast.Tally).toEqual(tallyOf(rows));
    expect(broadcast.Tally).toMatchObject({ Pending: 0, Canceled: 0 });
    expect(broadcast.Tally.Unknown).toBeGreaterThan(400); // the batch whose call was under way
    expect(broadcast.Tally.Sent).toBeGreaterThan(0);
    expect((await jobWhen(volley, jobs.calling, isDone)).Tally).toMatchObject({ Unknown: 2, Pending: 0 });
  });

  it("are steered as before", async () => {
    await act(volley, jobs.paused, "resume");
    expect((await jobOf(volley, jobs.paused)).Status).toBe("scheduled");
    await act(volley, jobs.scheduled, "cancel");
    await jobWhen(volley, jobs.scheduled, ({ Status }) => Status === "canceled");
    expect(await outcomesOf(volley, jobs.scheduled)).toMatchObject([{ UserId: "5", Status: "canceled" }]);
  });
});
