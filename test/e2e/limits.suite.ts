import { describe, expect, it } from "vitest";
import { post } from "../support/ask.ts";
import {
  type Accepted,
  act,
  hasSent,
  isDone,
  type Job,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  outcomesOf,
  postJob,
  usersIn,
} from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

// What a job may ask for, on the whole stack. Time outside a window is tested in simulated time.

type Limits = Readonly<{ Excluded?: number; ResumesAt?: string; Reason?: string; MaxPerMinute?: number }>;
const send = (body: object) =>
  post<Accepted & Limits & { errors?: object[]; estimatedSeconds?: number; total?: number }>(volley, "/v1/jobs", {
    ...MESSAGE,
    ...body,
  });

/** A window of an hour, so many hours from now. */
function windowIn(hours: number): Readonly<{ From: string; To: string; TimeZone: string }> {
  const at = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const fromMs = Date.now() + hours * 3_600_000;
  return { From: at(fromMs), To: at(fromMs + 3_600_000), TimeZone: "UTC" };
}

describe("what a job may ask for", () => {
  it("leaves out whom other jobs name, and names each job that it cannot", async () => {
    const ids = longIds(990, 8_100_000_000_000_000_778n); // none ends in 777: those are refused
    const first = await postJob(volley, { ...MESSAGE, Receiver: ids.slice(0, 600) });
    const small = await postJob(volley, { ...MESSAGE, Receiver: ids.slice(600, 602) });
    const Except = { Jobs: [first.JobId, small.JobId], Receiver: ids.slice(989) };
    const { status, body } = await send({ Receiver: ids, Content: "but for those", Options: { Except } });
    expect({ status, body }).toMatchObject({ status: 202, body: { Receivers: 387, Excluded: 603, Batches: 1 } });
    const job = (await jobWhen(volley, body.JobId, isDone)) as Job & Limits;
    expect(job).toMatchObject({ Excluded: 603, Tally: { Sent: 387 } });
    expect(usersIn(await outcomesOf(volley, body.JobId))).toEqual(ids.slice(602, 989));

    const bad = await send({ Receiver: ids, Options: { Except: { Jobs: [first.JobId, "nowhere"] } } });
    expect(bad).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/Options/Except/Jobs/1", detail: "is no job of this client" }], total: 1 },
    });
    const nobody = await send({
      Receiver: ids.slice(0, 5),
      Options: { DryRun: true, Except: { Jobs: [first.JobId] } },
    });
    expect(nobody).toMatchObject({ status: 422, body: { errors: [{ pointer: "/Options/Except" }] } });
  });

  it.each([{ count: 1 }, { count: 600 }])(
    "of $count waits for its window, says until when, and sends nothing before",
    async ({ count }) => {
      const ids = longIds(count, 8_200_000_000_000_000_000n + BigInt(count));
      const { status, body } = await send({ Receiver: ids, Options: { SendWindow: windowIn(5) } });
      expect({ status, body }).toMatchObject({ status: 202, body: { Status: "scheduled" } });
      const hours = (Date.parse(body.ResumesAt ?? "") - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(4.9);
      expect(hours).toBeLessThan(5.1);
      expect(await jobOf(volley, body.JobId)).toMatchObject({
        ResumesAt: body.ResumesAt,
        SendWindow: { TimeZone: "UTC" },
      });
      expect(ids.flatMap((id) => volley.simulator.receivedBy(id))).toEqual([]);
      expect((await act(volley, body.JobId, "cancel")).body.Status).toBe("canceled");
    },
  );

  it("goes out no faster than it asks for", async () => {
    const ids = longIds(300, 8_300_000_000_000_000_000n);
    const { body } = await send({ Receiver: ids, Options: { MaxPerMinute: 100 } });
    expect(body).toMatchObject({ Status: "running", Batches: 3, EstimatedSeconds: 180 });
    const job = await jobWhen(volley, body.JobId, hasSent);
    expect(job).toMatchObject({ MaxPerMinute: 100, Tally: { Sent: 100, Pending: 200 } });
    expect((await act(volley, body.JobId, "cancel")).status).toBe(200);
  });

  it("pauses itself when too many fail, and says why", async () => {
    const ids = longIds(1_200, 8_500_000_000_000_000_000n);
    const Options = { PauseAfterFailures: { Percent: 50, Of: 400 }, MaxPerMinute: 400 };
    const { body } = await send({ Receiver: ids, Content: "refused", Options });
    const job = (await jobWhen(volley, body.JobId, ({ Status }) => Status === "paused")) as Job & Limits;
    expect(job.Reason).toMatch(/^400 of 400 receivers failed; PauseAfterFailures is 50 percent of at least 400$/);
    expect(job.History.at(-1)).toMatchObject({ Event: "pause", By: "volley" });
    expect(job.Tally).toMatchObject({ Failed: 400, Pending: 800 });
    expect((await act(volley, body.JobId, "resume")).body.Status).toBe("running");
    expect((await act(volley, body.JobId, "cancel")).status).toBe(200);
  });

  it("is refused with the estimate if it could not be done in time", async () => {
    const ExpiresAt = new Date(Date.now() + 60_000).toISOString();
    const ids = longIds(600, 8_400_000_000_000_000_778n);
    const late = await send({ Receiver: ids, Options: { RefuseIfLate: true, ExpiresAt, MaxPerMinute: 60 } });
    expect(late).toMatchObject({ status: 409, body: { estimatedSeconds: 600, estimatedEnd: expect.any(String) } });
    const { status, body } = await send({ Receiver: ids, Options: { RefuseIfLate: true, ExpiresAt } });
    expect(status).toBe(202);
    await jobWhen(volley, body.JobId, isDone);
  });
});
