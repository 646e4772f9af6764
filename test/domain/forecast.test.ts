import { expect, it } from "vitest";
import { forecastOf } from "../../lib/domain/forecast.ts";
import type { Job } from "../../lib/domain/job.ts";
import { aJob, NOW } from "../support/a-job.ts";

const IDLE = { capacity: 12_000, reservedAhead: 0 };
/** 200 a second. */
const limits = { messages: 0, windowMs: 60_000, marginMs: 0 };
const bulk = (receivers: number, parts: Partial<Job> = {}): Job =>
  aJob({ receivers, batches: Math.ceil(receivers / 500), cursor: 0, shares: [], ...parts });

it.each<{ when: string; job?: Partial<Job>; others?: Job[]; usage?: object; want: number }>([
  { when: "nobody else waits", want: 50 },
  { when: "a larger job runs: of it as much again", others: [bulk(1_000_000)], want: 100 },
  { when: "a smaller one runs", others: [bulk(2_000)], want: 60 },
  { when: "two run", others: [bulk(2_000), bulk(1_000_000)], want: 110 },
  {
    when: "most of another is sent",
    others: [bulk(1_000_000, { cursor: 1_999, shares: [{ id: "a", batches: [[1_997, 1_999]], queuedAtMs: NOW }] })],
    want: 58,
  },
  {
    when: "another rests in its closed window",
    others: [bulk(9_000, { sendWindow: { from: "20:00", to: "21:00", timeZone: "UTC" } })],
    want: 50,
  },
  { when: "others are in the express lane", others: [bulk(400, { lane: "express" })], want: 50 },
  { when: "it is in the express lane itself", job: { lane: "express" }, others: [bulk(1_000_000)], want: 50 },
  { when: "something is reserved", usage: { reservedAhead: 1_000 }, want: 55 },
  { when: "the upstream slows it down", usage: { capacity: 6_000 }, want: 100 },
  { when: "the account is held for a minute", usage: { heldUntilMs: NOW + 60_000 }, want: 110 },
  { when: "its own limit is lower", job: { maxPerMinute: 1_000 }, want: 600 },
  {
    when: "it begins later, when the others are done",
    job: { notBeforeMs: NOW + 600_000 },
    others: [bulk(2_000)],
    want: 650,
  },
  { when: "its window opens later", job: { sendWindow: { from: "09:00", to: "21:00", timeZone: "UTC" } }, want: 3_650 },
  {
    when: "its window is too short for all of it",
    job: { maxPerMinute: 1_000, sendWindow: { from: "08:00", to: "08:05", timeZone: "UTC" } },
    want: 86_400 + 300,
  },
])("a job of 10,000 ends after $want s where $when", ({ job, others = [], usage, want }) => {
  const forecast = forecastOf(bulk(10_000, job), { nowMs: NOW, others, usage: { ...IDLE, ...usage }, limits });
  expect(forecast).toEqual({ endsAtMs: NOW + want * 1_000, seconds: want });
});
