import { describe, expect, it } from "vitest";
import { sourceOf, toPublishedEvent, toRefusal } from "../../lib/domain/published-event.ts";
import { aJob, NOW } from "../support/a-job.ts";

const counts = { pending: 1, sent: 2, failed: 3, unknown: 4, canceled: 5 };
const job = aJob({ id: "job", run: "run", clientId: "client", appId: 7, receivers: 15, state: "done" });

describe("an event of a job", () => {
  it("is a CloudEvent: the state is that of the event, the tally that of now", () => {
    const event = { type: "JobPaused", version: 4, atMs: NOW + 1, reason: "its list" } as const;
    expect(toPublishedEvent(job, event, counts, "/volley/prod")).toEqual({
      specversion: "1.0",
      id: "run.4.JobPaused",
      source: "/volley/prod",
      type: "JobPaused",
      subject: "job",
      time: "2026-01-31T08:00:00.001Z",
      datacontenttype: "application/json",
      data: {
        ...{ JobId: "job", Status: "paused", AppId: 7, ClientId: "client", Receivers: 15 },
        Tally: { Pending: 1, Sent: 2, Failed: 3, Unknown: 4, Canceled: 5 },
        Reason: "its list",
      },
    });
  });

  it("says how its client calls the job", () => {
    const named = { ...job, label: "Spring", tags: { campaign: "spring" } };
    const event = { type: "JobStarted", version: 2, atMs: NOW } as const;
    expect(toPublishedEvent(named, event, counts, "s").data).toMatchObject({
      Label: "Spring",
      Tags: { campaign: "spring" },
    });
  });

  it("has the same id each time it is told, whoever has it already", () => {
    const event = { type: "JobStarted", version: 2, atMs: NOW } as const;
    const later = toPublishedEvent({ ...job, version: 9 }, { ...event, published: true }, counts, "s");
    expect(later.id).toBe(toPublishedEvent(job, event, counts, "s").id);
    expect(JSON.stringify(later)).not.toContain("published");
  });
});

it("a request that became no job is told with its faults, under an id of its own key", () => {
  const refused = {
    ...{ door: "s3", clientId: "client", idempotencyKey: "bucket/key#1", total: 120, atMs: NOW },
    faults: [{ pointer: "/AppId", detail: "must be a whole number" }],
  };
  const event = toRefusal(refused, "/volley/prod");
  expect(event).toMatchObject({
    ...{ type: "JobRejected", id: "s3/client/bucket/key#1/JobRejected", subject: "s3/client/bucket/key#1" },
    data: {
      ...{ Status: "rejected", ClientId: "client", Door: "s3", IdempotencyKey: "bucket/key#1", Total: 120 },
      Errors: [{ Pointer: "/AppId", Detail: "must be a whole number" }],
    },
  });
  expect(toRefusal({ ...refused, atMs: NOW + 9 }, "/volley/prod").id).toBe(event.id);
});

it.each([
  { bus: "volley-prod", want: "/volley/prod" },
  { bus: "volley-feature-x", want: "/volley/feature-x" },
])("the bus $bus carries events of $want", ({ bus, want }) => {
  expect(sourceOf(bus)).toBe(want);
});
