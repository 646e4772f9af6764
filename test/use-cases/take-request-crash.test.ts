import { describe, expect, it } from "vitest";
import { eventBridge, sns } from "../support/envelopes.ts";
import { crashAt, crashPoints } from "../support/intercept.ts";
import { expectEverybodyAnswered } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { aBody, OBJECT, startTaking as start } from "./taking.ts";
import { listOf } from "./world.ts";

const LARGE = aBody({ Receiver: [1, 2, 3, 4, 5, 6, 7] });
const EVENTS = [
  { what: "an event", body: eventBridge(aBody()), receivers: 2, letters: 0 },
  { what: "an event for many", body: sns(LARGE), receivers: 7, letters: 0 },
  { what: "an object", body: OBJECT, receivers: 2, letters: 0 },
  { what: "a bad event", body: eventBridge("{}"), receivers: 0, letters: 1 },
];

const ROWS = await Promise.all(
  EVENTS.map(async (event) => {
    const { around, calls } = crashAt(undefined);
    await start().takeOf(around)(event.body);
    return crashPoints(calls).map(({ name, ...point }) => ({ ...event, name, point }));
  }),
);

it("there are calls to die at", () => {
  const names = new Set(ROWS.flat().map(({ name }) => name));
  for (const name of ["clients.find", "objects.read", "jobs.create", "publisher.publish", "deadLetters.bury"]) {
    expect(names).toContain(name);
  }
});

describe("a process dies, or a call fails, while it takes", () => {
  it.each(ROWS.flat())(
    "$what: $point.when $name (dies: $point.dies), and the queue brings it again",
    async ({ body, receivers, letters: wanted, point }) => {
      const { world, takeOf, take, letters, rejections } = start();
      await takeOf(crashAt(point).around)(body).catch(() => undefined);
      expect(await take(body)).toEqual({ kind: "delete" });
      await runUntilRest(world);
      const jobs = [...world.table.jobs.values()];
      expect(jobs).toHaveLength(receivers > 0 ? 1 : 0);
      for (const job of jobs) await expectEverybodyAnswered(world, job, listOf(receivers));
      expect(letters.length).toBeGreaterThanOrEqual(wanted); // a letter may come twice, never not at all
      expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(wanted);
      expect(new Set(rejections.map(({ id }) => id)).size).toBe(wanted);
    },
  );
});
