import type { MemoryQueue, Queued } from "../../lib/adapters/memory-queue.ts";
import { LANES, type Lane } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { includes } from "../../lib/domain/ranges.ts";
import type { Settled } from "../../lib/domain/settled.ts";
import { tallyOf } from "../../lib/domain/tally.ts";
import { idle } from "../support/simulated-clock.ts";
import { type Volley, WORKER_MS, type World } from "./world.ts";

export type RunOptions = Readonly<{
  /** Workers of each lane. */
  workers?: number;
  /** Who does the next piece of work. Default: processes that never fail. */
  volley?: () => Volley;
  /** Who publishes events. Default: nobody, they wait in their outboxes. */
  publisher?: () => Volley;
  /** Told before time moves on. */
  onStep?: (nowMs: number) => void;
  /** Stop then, whatever is left. */
  untilMs?: number;
}>;

const MINUTE_MS = 60_000;

/** Let workers, dispatch and imports work, and time pass, until nothing happens any more. Checks the invariant on the way. */
export async function runUntilRest(world: World, options: RunOptions = {}): Promise<void> {
  const { workers = 4, volley = () => world.volley, publisher, onStep, untilMs = Number.POSITIVE_INFINITY } = options;
  const { clock, queues, nudges, table, failures } = world;
  const running = { express: 0, bulk: 0, dispatch: 0, imports: 0, events: 0 };
  let lastMinuteMs = clock.now();

  const work = (kind: keyof typeof running, go: () => Promise<void>): void => {
    running[kind]++;
    void go()
      .catch((error: unknown) => failures.push(error))
      .finally(() => void running[kind]--);
  };
  /** What fails stays hidden until its queue shows it again. */
  const settle = (queue: Pick<MemoryQueue<unknown>, "remove" | "hide">, id: number, settled: Settled): void => {
    if (settled.kind === "delete") queue.remove(id);
    else queue.hide(id, Math.max(1, Math.ceil((settled.atMs - clock.now()) / 1000)));
  };
  const deliver = (lane: Lane): boolean => {
    const got = running[lane] < workers ? queues[lane].receive() : undefined;
    if (!got) return false;
    work(lane, async () =>
      settle(queues[lane], got.id, await volley().deliver(got.task, clock.now() + WORKER_MS[lane])),
    );
    return true;
  };
  const take = <T>(
    kind: "dispatch" | "imports" | "events",
    queue: MemoryQueue<T>,
    go: (got: Queued<T>) => Promise<Settled>,
  ) => {
    const got = running[kind] < 2 ? queue.receive() : undefined;
    if (got) work(kind, async () => settle(queue, got.id, await go(got)));
    return got !== undefined;
  };
  const step = (): boolean =>
    LANES.map(deliver).includes(true) ||
    take("dispatch", nudges.dispatches, ({ body }) => volley().dispatch.nudged(body)) ||
    take("imports", nudges.imports, ({ body }) => volley().importList(body, clock.now() + 900_000)) ||
    (publisher !== undefined && take("events", nudges.events, ({ body }) => publisher().publish.nudged(body.job)));

  for (let rounds = 0; rounds < 200_000; rounds++) {
    while (step());
    await idle();
    assertInvariant(world);
    const minuteMs = nextMinute();
    const next = Math.min(
      clock.nextAtMs() ?? Infinity,
      minuteMs,
      ...LANES.map((lane) => (running[lane] < workers ? (queues[lane].nextAtMs() ?? Infinity) : Infinity)),
      ...[nudges.dispatches, nudges.imports, ...(publisher ? [nudges.events] : [])].map(
        (queue) => queue.nextAtMs() ?? Infinity,
      ),
    );
    if (next === Infinity || next > untilMs) return void (next > untilMs && clock.advanceTo(untilMs));
    onStep?.(next);
    clock.advanceTo(Math.max(next, clock.now()));
    if (next !== minuteMs) continue;
    lastMinuteMs = minuteMs;
    work("dispatch", () => volley().dispatch.eachMinute());
    if (publisher) work("events", () => publisher().publish.eachMinute(clock.now() + MINUTE_MS));
  }
  throw new Error("this never ends");

  /** The next minute at which dispatch or the publisher has something to look at. */
  function nextMinute(): number {
    const dueMs = [...table.jobs.values()].flatMap(({ dueAtMs, publishAtMs, state }) => [
      state === "paused" || dueAtMs === undefined ? Infinity : dueAtMs,
      publisher && publishAtMs !== undefined ? publishAtMs : Infinity,
    ]);
    const firstMs = Math.max(lastMinuteMs, Math.min(...dueMs) - 2 * MINUTE_MS);
    return firstMs === Infinity ? Infinity : (Math.floor(firstMs / MINUTE_MS) + 1) * MINUTE_MS;
  }
}

/** Every batch below the cursor of a job is counted, or stands in exactly one share. @throws {Error} naming the batch */
export function assertInvariant({ table }: World): void {
  for (const job of table.jobs.values()) {
    if (hasEnded(job.state)) continue;
    const tallies = table.tallies.get(job.run);
    for (let n = 0; n < job.cursor; n++) {
      const times = job.shares.filter(({ batches }) => includes(batches, n)).length;
      if (times === 1 || (times === 0 && tallies?.get(tallyOf(n))?.counted.has(n))) continue;
      throw new Error(`batch ${n} of job ${job.id} stands in ${times} shares: ${JSON.stringify(job.shares)}`);
    }
  }
}
