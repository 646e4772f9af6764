import { expect, it } from "vitest";
import type { JobOptions } from "../../lib/domain/job-request.ts";
import { NOW } from "../support/a-job.ts";
import { accepted, makeWorld } from "./world.ts";

/** 10 a second. */
const usage = () => ({ used: 0, reservedAhead: 0, capacity: 600 });
const options = (seconds: number, parts: Partial<JobOptions> = {}): Partial<JobOptions> => ({
  refuseIfLate: true,
  expiresAtMs: NOW + seconds * 1_000,
  ...parts,
});

it.each([
  { when: "it takes longer", receivers: 600, seconds: 60, want: 61 },
  { when: "its own limit makes it longer", receivers: 300, seconds: 60, parts: { maxPerMinute: 60 }, want: 300 },
  {
    when: "its window opens late",
    receivers: 300,
    seconds: 3_610,
    parts: { sendWindow: { from: "09:00", to: "10:00", timeZone: "UTC" } },
    want: 3_631,
  },
])("a job is refused with the estimate where $when", async ({ receivers, seconds, parts, want }) => {
  const world = makeWorld({ usage });
  await expect(accepted(world, receivers, { options: options(seconds, parts) })).rejects.toMatchObject({
    code: "TOO_LATE",
    estimate: { seconds: want, endsAtMs: NOW + want * 1_000 },
  });
  expect(world.table.jobs.size).toBe(0);
  expect(world.objects.size).toBe(0);
});

const FREE = { used: 0, reservedAhead: 0, capacity: 600 };

it.each([
  {
    when: "all sending is paused",
    usage: { ...FREE, pausedAtMs: NOW - 1_000 },
    want: "; all sending of its account is paused since 2026-01-31T07:59:59.000Z, and nobody knows for how long",
  },
  {
    when: "the keys are refused",
    usage: { ...FREE, heldWhy: "credentials", heldSinceMs: NOW - 1_000, heldUntilMs: NOW + 30_000 },
    want: "; the keys of its account are refused since 2026-01-31T07:59:59.000Z, and nobody knows for how long",
  },
] as const)("a job of any size is refused without an estimate while $when", async ({ usage: said, want }) => {
  const world = makeWorld({ usage: () => said });
  const refused = accepted(world, 3, { options: options(86_400, { notBeforeMs: NOW + 7_200_000 }) });
  await expect(refused).rejects.toMatchObject({
    ...{ code: "TOO_LATE", estimate: undefined },
    message: expect.stringContaining(want),
  });
});

it("a job is refused where all is held for longer than it has, and is told why; a shorter hold counts", async () => {
  const held = (seconds: number) =>
    makeWorld({
      usage: () => ({ ...FREE, heldWhy: "flow", heldSinceMs: NOW, heldUntilMs: NOW + seconds * 1_000 }),
    });
  await expect(accepted(held(60), 3, { options: options(50) })).rejects.toMatchObject({
    estimate: { seconds: 61 },
    message: expect.stringContaining(
      ", in 61 seconds: nothing is sent before 2026-01-31T08:01:00.000Z, the upstream said too fast",
    ),
  });
  expect((await accepted(held(30), 3, { options: options(50) })).receivers).toBe(3);
});

it("a job is refused for what waits before it, and taken again once that is sent", async () => {
  const world = makeWorld({ usage });
  const first = await accepted(world, 3_000);
  await world.volley.dispatch.eachMinute();
  await expect(accepted(world, 300, { options: options(40) })).rejects.toMatchObject({ estimate: { seconds: 61 } });
  expect((await accepted(world, 300, { options: options(70) })).state).toBe("running");
  expect((await accepted(world, 3, { options: options(2) })).lane).toBe("express");
  await world.ports.jobs.write(first, { state: "paused" });
});

it("a job that is in time is taken, and a dry run says the same", async () => {
  const world = makeWorld({ usage });
  expect((await accepted(world, 300, { options: options(40) })).receivers).toBe(300);
  await expect(accepted(world, 600, { options: options(40, { dryRun: true }) })).rejects.toThrow(
    "could not end in time",
  );
});

it("without the option nobody asks", async () => {
  const world = makeWorld({
    usage: () => {
      throw new Error("the quota is away");
    },
  });
  expect((await accepted(world, 600, { options: { expiresAtMs: NOW + 1_000 } })).state).toBe("running");
});
