import { describe, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job.ts";
import { type CrashPoint, crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { aRequest, CALLER, listOf, makeWorld, type RequestParts } from "./world.ts";

const KEY = { caller: CALLER, idempotencyKey: "key" };
const LATER: RequestParts = { options: { notBeforeMs: Date.parse("2026-01-31T08:10:00Z") } };

const JOBS: readonly { what: string; receivers: number; parts?: RequestParts }[] = [
  { what: "an express job", receivers: 3 },
  { what: "a bulk job", receivers: 7 },
  { what: "a bulk job of one batch", receivers: 3, parts: { options: { lane: "bulk" } } },
  { what: "an express job for later", receivers: 2, parts: LATER },
  { what: "a bulk job for later", receivers: 7, parts: LATER },
];

/** The calls that accepting such a request makes, when nothing fails. */
async function callsOf(receivers: number, parts?: RequestParts): Promise<string[]> {
  const { around, calls } = crashAt(undefined);
  await makeWorld().processOf(around).accept(aRequest(receivers, parts), KEY);
  return calls;
}

const CRASHES = await Promise.all(
  JOBS.map(async ({ what, receivers, parts }) =>
    crashPoints(await callsOf(receivers, parts)).map(({ name, ...point }) => ({ what, receivers, parts, name, point })),
  ),
);
const ROWS = CRASHES.flat().filter(({ point }) => point.dies);

/** Accept dies at `point`. @returns the world after it, and the job if it was accepted */
async function acceptDied(receivers: number, parts: RequestParts | undefined, point: CrashPoint) {
  const world = makeWorld();
  const dying = world.processOf(crashAt(point).around);
  const answer = await dying.accept(aRequest(receivers, parts), KEY).catch(() => undefined);
  const [job] = world.table.jobs.values();
  if (answer) expect(job).toMatchObject({ id: answer.job.id, run: answer.job.run }); // who was answered is accepted
  return { world, job };
}

describe("accept dies", () => {
  it("between any two calls: there are some", () => {
    const calls = ROWS.map(({ name }) => name);
    for (const name of ["jobs.find", "lists.write", "messages.write", "jobs.create", "queue.enqueue"]) {
      expect(calls).toContain(name);
    }
  });

  describe.each(ROWS)("$point.when $name of $what", ({ receivers, parts, point }) => {
    it("and either nothing was accepted, or the job goes on by itself", async () => {
      const { world, job } = await acceptDied(receivers, parts, point);
      await runUntilRest(world);
      if (job) await expectEverybodyAnswered(world, job, listOf(receivers));
      else expect(world.upstream.calls).toEqual([]);
    });

    it.each([
      { when: "at once", afterMs: 0 },
      { when: "a minute later", afterMs: 60_000 },
    ])("and the same request again $when is the same job", async ({ afterMs }) => {
      const { world, job } = await acceptDied(receivers, parts, point);
      world.clock.advanceTo(world.clock.now() + afterMs);
      const again = await world.volley.accept(aRequest(receivers, parts), KEY);
      expect(again.replayed).toBe(job !== undefined);
      if (job) expect(again.job.run).toBe(job.run);
      await runUntilRest(world);
      await expectEverybodyAnswered(world, again.job, listOf(receivers));
      expect(world.table.jobs.size).toBe(1);
    });

    it.each([4, 2])("and the key with another body of %i receivers is refused once it was accepted", async (other) => {
      const { world, job } = await acceptDied(receivers, parts, point);
      const body = aRequest(other === receivers ? 1 : other, { content: "other" });
      const second = await world.volley.accept(body, KEY).catch((error: unknown) => error);
      await runUntilRest(world);
      if (job) {
        expect(second).toMatchObject({ code: "INVALID" });
        await expectEverybodyAnswered(world, job, listOf(receivers));
        expect(world.upstream.gotOf("other", "1")).toEqual([]);
      } else {
        expect(second).toMatchObject({ replayed: false });
        const [now] = world.table.jobs.values();
        if (now) await expectEverybodyAnswered(world, now, body.receivers);
        expect(world.upstream.gotOf("hello", "1")).toEqual([]);
      }
    });
  });
});

describe("two accept under one key at the same time", () => {
  const bodies = [
    { what: "the same body", second: aRequest(7) },
    { what: "another body", second: aRequest(5, { content: "other" }) },
    { what: "another body, express", second: aRequest(2, { content: "other" }) },
  ];
  const stops = ["jobs.find", "lists.write", "messages.write", "jobs.create", "nudges.dispatch"].flatMap((name) =>
    (["before", "after"] as const).map((when) => ({ name, when })),
  );

  it.each(bodies.flatMap((body) => stops.map((stop) => ({ ...body, ...stop }))))(
    "$what; the first waits $when $name: one job, one outcome each",
    async ({ second, name: stop, when }) => {
      const world = makeWorld();
      const answers: unknown[] = [];
      const other = () => world.volley.accept(second, KEY).then(...both(answers));
      const slow = world.processOf(async (name, call) => {
        if (name !== stop) return call();
        if (when === "before") await other();
        const result = await call();
        if (when === "after") await other();
        return result;
      });
      await slow.accept(aRequest(7), KEY).then(...both(answers));
      await runUntilRest(world);
      const jobs: Job[] = [...world.table.jobs.values()];
      expect(jobs).toHaveLength(1);
      for (const job of jobs) await expectEverybodyAnswered(world, job, listOf(job.receivers));
      const said = world.table.messages.get(jobs[0]?.run ?? "")?.message.Content;
      expect(world.upstream.gotOf(said === "other" ? "hello" : "other", "1")).toEqual([]);
      const isSame = second.receivers.length === 7;
      expect(answers.filter((one) => one instanceof Error)).toHaveLength(isSame ? 0 : 1);
    },
  );
});

/** Keep what came of it, whichever it was. */
const both = (answers: unknown[]) =>
  [(got: unknown) => void answers.push(got), (no: unknown) => void answers.push(no)] as const;
