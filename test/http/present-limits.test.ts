import { expect, it } from "vitest";
import { toAcceptedBody, toJobBody } from "../../lib/http/present.ts";
import { aJob, NOW } from "../support/a-job.ts";

const quota = { messages: 12_000, windowMs: 60_000, marginMs: 0 };
const job = aJob({
  ...{ state: "scheduled", receivers: 1_000, batches: 10, batchSize: 100, excluded: 7, maxPerMinute: 100 },
  pauseAfterFailures: { percent: 2, of: 500 },
  sendWindow: { from: "10:00", to: "21:00", timeZone: "Europe/Berlin" }, // it is 09:00 there
});
const OPENS = { ResumesAt: "2026-01-31T09:00:00.000Z" };
const counts = { pending: 600, sent: 400, failed: 0, unknown: 0, canceled: 0 };

it("a job shows its own limits, who was left out, and when it goes on", () => {
  expect(toJobBody({ job, message: undefined, counts }, quota, NOW)).toMatchObject({
    SendWindow: { From: "10:00", To: "21:00", TimeZone: "Europe/Berlin" },
    MaxPerMinute: 100,
    PauseAfterFailures: { Percent: 2, Of: 500 },
    Excluded: 7,
    EstimatedSeconds: 360,
    ...OPENS,
  });
});

it("the answer to a request says who was left out and when it begins, a dry run too", () => {
  const accepted = { job, replayed: false, dryRun: false };
  expect(toAcceptedBody(accepted)).toMatchObject({ Excluded: 7, Status: "scheduled", ...OPENS });
  expect(toAcceptedBody({ ...accepted, dryRun: true })).toMatchObject({ DryRun: true, Excluded: 7, ...OPENS });
});

it("a job that asked for nothing shows nothing", () => {
  const names = Object.keys(toJobBody({ job: aJob(), message: undefined, counts }, quota, NOW));
  for (const name of ["SendWindow", "MaxPerMinute", "PauseAfterFailures", "Excluded", "ResumesAt"]) {
    expect(names).not.toContain(name);
  }
});
