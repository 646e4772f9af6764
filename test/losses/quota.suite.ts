import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { peakOf } from "../../bench/quota-simulation.ts";
import { until } from "../../local/local-stack.ts";
import { ask, clientOf, type Problem } from "../support/ask.ts";
import {
  hasSent,
  isDone,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  ofStatus,
  outcomesOf,
  postJob,
  usersIn,
} from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

// An operator stops all sending, lowers the limit, goes on, raises it again: while a broadcast is under way.

const COUNT = 25_000;
const ids = longIds(COUNT, 6_000_000_000_000_000_000n);

const patch = (body: unknown) =>
  ask<Problem>(volley, "/v1/quota", {
    ...{ method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  });

/** When each message of the broadcast was counted, by the upstream. */
const received = () =>
  ids
    .flatMap((id) => volley.simulator.receivedBy(id))
    .map(({ at }) => ({ atMs: at, count: 1 }))
    .toSorted((a, b) => a.atMs - b.atMs);

describe("while 25,000 are under way", () => {
  it("all is paused, lowered to a third, resumed and raised: everybody is answered once, and no window is over", async () => {
    const { quota } = clientOf(volley);
    const { Quota: messages, WindowSeconds } = await quota();
    const windowMs = WindowSeconds * 1_000;
    const third = Math.floor(messages / 3);
    const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: ids });
    await jobWhen(volley, JobId, hasSent);

    const paused = await quota.pause();
    expect(paused).toMatchObject({ PausedAt: expect.any(String), Waiting: { Bulk: { Jobs: 1 } } });
    const Options = { RefuseIfLate: true, ExpiresAt: new Date(Date.now() + 86_400_000).toISOString() };
    const { status, body } = await ask<Problem>(volley, "/v1/jobs", {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ ...MESSAGE, Receiver: ids.slice(0, 1), Options }),
    });
    expect([status, body.detail]).toEqual([409, expect.stringContaining("is paused since")]);
    const atPause = received().length;
    expect(atPause).toBeLessThan(COUNT);
    await sleep(5_000);
    expect(received()).toHaveLength(atPause);

    const lowered = await quota.change({ Messages: third });
    expect(lowered).toMatchObject({ Quota: third, Stored: { Messages: third } });
    const resumed = await quota.resume();
    expect(resumed).not.toHaveProperty("PausedAt");
    const resumedAtMs = Date.now();
    await until(async () => received().length >= atPause + 1.05 * third);
    const slow = received().filter(({ atMs }) => atMs >= resumedAtMs);
    expect(peakOf(slow, windowMs)).toBeLessThanOrEqual(third);

    const raised = await quota.change({ Messages: null });
    expect(raised).toMatchObject({ Quota: messages });
    expect(raised.History?.slice(0, 4).map(({ Event }) => Event)).toEqual(["limits", "resume", "limits", "pause"]);
    await jobWhen(volley, JobId, isDone);
    expect((await jobOf(volley, JobId)).Tally).toMatchObject({ Pending: 0, Failed: 0, Canceled: 0 });
    const rows = await outcomesOf(volley, JobId);
    expect(usersIn(ofStatus(rows, "sent", "unknown"))).toEqual(ids); // on a busy machine a call may take longer than it may
    const all = received();
    expect(all.length).toBeGreaterThanOrEqual(ofStatus(rows, "sent").length);
    expect(all.length).toBeLessThanOrEqual(COUNT);
    expect(peakOf(all, windowMs)).toBeLessThanOrEqual(messages);
  });

  it("limits that cannot be are refused with every fault, and change nothing", async () => {
    const before = await clientOf(volley).quota();
    const bad = { Messages: 0, WindowMs: 99, Calls: 1.5, CallsWindowMs: "1", PerSecond: -1, Floor: true, Gap: 1 };
    const { status, body } = await patch(bad);
    expect(status).toBe(422);
    expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      Object.keys(bad)
        .map((name) => `/${name}`)
        .sort(),
    );
    const unfit = await patch({ Messages: 60, Floor: 60, WindowMs: 1_000 });
    expect(unfit.body.errors?.map(({ pointer }) => pointer)).toEqual(["/Floor", "/WindowMs"]);
    expect((await patch({})).status).toBe(422);
    const after = await clientOf(volley).quota();
    expect(after.Limits).toEqual(before.Limits);
    expect(after.History).toEqual(before.History);
  });

  it("somebody else takes a slot of the same bucket", async () => {
    const { quota } = clientOf(volley);
    const { Used, ReservedAhead } = await quota();
    const slot = await quota.reserve({ Count: 7, Lane: "express" });
    expect(slot).toMatchObject({ Granted: 7, Account: "account" });
    const after = await quota();
    expect(after.Used + after.ReservedAhead).toBeGreaterThanOrEqual(Math.min(7, Used + ReservedAhead));
    await expect(quota.reserve({ Count: 1_000_000 })).rejects.toMatchObject({ status: 422 });
  });
});
