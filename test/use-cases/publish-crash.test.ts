import { describe, expect, it } from "vitest";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { NOW } from "../support/a-job.ts";
import { type CrashPoint, crashAt, crashPoints } from "../support/intercept.ts";
import { runAndPublish, watchWrites } from "./told.ts";
import { aRequest, CALLER, makeWorld, type Volley, type World } from "./world.ts";

// Whoever dies wherever: every event of every write that was made is told at least once, under one id, and none that was not.

const CALLBACK = { options: { callbackUrl: "https://example.com/" } };
const ASKING = { caller: CALLER, idempotencyKey: "key" };

/** A job from its request to its end. What fails for a client is asked again by it, as clients do. */
const LIVES: readonly {
  what: string;
  receivers: number;
  live: (world: World, volley: () => Volley) => Promise<void>;
}[] = [
  {
    what: "a bulk job is sent",
    receivers: 7,
    async live(world, volley) {
      await again(() => volley().accept(aRequest(7, CALLBACK), ASKING));
      await runAndPublish(world, { volley, publisher: volley });
    },
  },
  {
    what: "an express job is sent",
    receivers: 3,
    async live(world, volley) {
      await again(() => volley().accept(aRequest(3, CALLBACK), ASKING));
      await runAndPublish(world, { volley, publisher: volley });
    },
  },
  {
    what: "a bulk job is paused, resumed and canceled",
    receivers: 7,
    async live(world, volley) {
      const { job } = await again(() => volley().accept(aRequest(7, CALLBACK), ASKING));
      for (const [i, action] of (["pause", "resume", "cancel"] as const).entries()) {
        await runAndPublish(world, { volley, publisher: volley, workers: 1, untilMs: NOW + 1_500 * (i + 1) });
        await again(() => volley().control(CALLER, job.id, action));
      }
      await runAndPublish(world, { volley, publisher: volley, workers: 1 });
    },
  },
];

/** A client whose call failed asks once more. Where the first took effect the second may be refused. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch {
    return await ask().catch((error: { code?: string }) => {
      if (error.code === "CONFLICT") return undefined as T;
      throw error;
    });
  }
}

async function lived(life: (typeof LIVES)[number], point?: CrashPoint) {
  const world = makeWorld({ behave: () => ({ takesMs: 700 }) });
  const written = watchWrites(world);
  const crash = crashAt(point);
  const frail = world.processOf(crash.around);
  await life.live(world, () => (crash.isDead() ? world.volley : frail));
  return { world, written, calls: crash.calls };
}

/** A call that failed, in a process that lives on, matters most where something was sent already. */
const ofPublisher = (name: string): boolean => /^(publisher|callbacks|clients|outboxes|nudges\.publish)/.test(name);

const ROWS = await Promise.all(
  LIVES.map(async (life) => {
    const { calls } = await lived(life);
    return { life, points: crashPoints(calls).filter(({ dies, name }) => dies || ofPublisher(name)) };
  }),
);

const idsOn = (world: World) => new Set(world.bus.map(({ id }) => id));
const idsPosted = (world: World) => new Set(world.called.posts.map(({ message }) => message.id));

describe.each(ROWS)("$life.what", ({ life, points }) => {
  it("without a crash: each event once", async () => {
    const { world, written } = await lived(life);
    expect(written.size).toBeGreaterThan(1);
    expect(world.bus.map(({ id }) => id)).toEqual([...written]);
    expect(world.called.posts.map(({ message }) => message.id)).toEqual([...written]);
  });

  it("has calls of every kind to die at", () => {
    const names = points.map(({ name }) => name);
    for (const name of ["jobs.create", "jobs.write", "nudges.publish", "publisher.publish", "callbacks.post"]) {
      expect(names).toContain(name);
    }
  });

  it("whoever dies at any call: every event that happened is told, on the bus and to the callback, and no other", async () => {
    for (const { name, ...point } of points) {
      const { world, written } = await lived(life, point);
      const [job] = world.table.jobs.values();
      const seen = { ...point, name, state: job?.state, left: job?.outbox };
      expect({ ...seen, bus: idsOn(world), posts: idsPosted(world) }).toEqual({
        ...{ ...seen, left: undefined },
        ...{ bus: written, posts: written },
      });
      expect({ ...seen, ended: job && hasEnded(job.state) }).toEqual({ ...seen, ended: true });
      const posted = world.called.posts.map(({ message }) => message.id);
      const firsts = posted.filter((id, i) => posted.indexOf(id) === i);
      expect({ ...seen, firsts }).toEqual({ ...seen, firsts: [...written] }); // in order
    }
  });
});
