import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import type { Lane } from "../../lib/domain/job.ts";
import { countOf } from "../../lib/domain/outcome.ts";
import { makeAgenda } from "./agenda.ts";
import { type Chance, makeChance } from "./chance.ts";
import { makeClients, makeWish, type Wish } from "./clients.ts";
import { idOf, makeFunctions, makeNotes, type Ports } from "./functions.ts";
import { type Life, makeLives } from "./lives.ts";
import { makeModelQueue } from "./model-queue.ts";
import { makeModelUpstream } from "./model-upstream.ts";
import { makeWeather } from "./weather.ts";

export type Sabotage = (ports: Ports) => Ports;

export type ModelOptions = Readonly<{ sabotage?: Sabotage; trace?: (line: string) => void }>;

/** Where one schedule came to rest. */
export type Rest = Awaited<ReturnType<typeof play>>;

const START_MS = Date.parse("2026-01-31T08:00:00Z");
const MINUTE_MS = 60_000;
const CALL_TIMEOUT_MS = 10_000;
/** As serverless.yml has them. */
const DELIVER = { timeoutMs: 120_000, mayOutlive: true };
const SWEEP = { timeoutMs: 300_000, mayOutlive: true };
const MAX_RECEIVES = 10;
/** In fair weather everything has come to its end after this long, or it never will. */
const LONGEST_CALM_MS = 6 * 60 * MINUTE_MS;

/**
 * Play one schedule: a few jobs through the real stories in simulated time, while everything around them fails as the
 * seed has it; then fair weather until nothing moves any more.
 */
export async function play(seed: number, { sabotage = (ports) => ports, trace }: ModelOptions = {}) {
  const chance = makeChance(seed);
  const agenda = makeAgenda(START_MS);
  const tell = (line: string) => trace?.(`${((agenda.now() - START_MS) / 1000).toFixed(3).padStart(10)} ${line}`);
  const weather = makeWeather(chance, (fault) => tell(`  ! ${fault}`));
  const lives = makeLives(agenda, weather, chance, tell);
  const policy = policyOf(chance);
  const { now } = agenda;
  const ports = sabotage({ ...memoryResults(now), bucket: memoryTokenBucket({ policy, now }), now });
  const visibilityMs = chance.oneOf([20_000, 150_000, 720_000]);
  const queue = makeModelQueue(agenda, weather, chance, { visibilityMs, maxReceives: MAX_RECEIVES });
  const upstream = makeModelUpstream(agenda, weather, chance, CALL_TIMEOUT_MS);
  const world = { agenda, lives, ports, queue, upstream, policy, callTimeoutMs: CALL_TIMEOUT_MS, tell };
  const notes = makeNotes();
  const { accept, steer, sweep, deliver } = makeFunctions({ ...world, random: chance.share }, notes);

  poll("express", chance.oneOf([1, 10]), chance.between(1, 3));
  poll("bulk", 1, chance.between(1, 4));

  const clients = makeClients({ agenda, chance, lives, accept, steer });
  const wishes = Array.from({ length: chance.between(1, 4) }, (_, n) => makeWish(chance, n, START_MS));
  const answered = new Map<Wish, string | undefined>();
  for (const wish of wishes) {
    void clients.post(wish).then((id) => void answered.set(wish, id));
    const { key } = wish;
    if (key === undefined) continue; // who has no key does not know the job either, before it is answered
    for (const { action, afterMs } of wish.steering) {
      agenda.at(wish.postAtMs + afterMs, () => void clients.act(idOf(key), action));
    }
  }

  const calmAtMs = START_MS + chance.between(2, 12) * MINUTE_MS;
  let isOver = false;
  agenda.at(START_MS + chance.between(0, MINUTE_MS), minute);
  await agenda.run(calmAtMs + LONGEST_CALM_MS, () => isOver);
  await sweep()();
  notes.swept.length = 0;
  await sweep()(); // running it twice changes nothing more
  return { seed, policy, weather, upstream, results: ports.results, queue, wishes, answered, notes, isOver };

  /** Lambda's pollers of one queue. */
  function poll(lane: Lane, batchSize: number, concurrency: number): void {
    let free = concurrency;
    const pump = () => {
      while (free > 0) {
        const messages = queue.receive(lane, batchSize);
        if (messages.length === 0) return;
        free -= 1;
        const deadlineMs = now() + DELIVER.timeoutMs;
        const work = async (life: Life) => {
          const finishing = messages.map(async ({ task, remove, comeAgain }) => {
            const { batch, attempt, receivers } = task;
            tell(`${life.name} gets ${task.job} ${batch.n}+${batch.part} attempt ${attempt}: ${receivers}`);
            try {
              await deliver(life)(task, deadlineMs);
              return remove;
            } catch {
              return comeAgain;
            }
          });
          for (const finish of await Promise.all(finishing)) finish();
        };
        void lives.invoke({ name: lane, process: chance.between(1, 2), ...DELIVER }, work).then(() => {
          free += 1;
          pump();
        });
      }
    };
    queue.listen(lane, pump);
  }

  async function hasEnded(id: string): Promise<boolean> {
    const job = await ports.results.job(id);
    if (job === undefined || job.state === "abandoned" || job.state === "done") return true;
    return job.state === "canceled" && countOf(await ports.results.counts(id)) === job.receivers;
  }

  /** What happens every minute: the sweeper comes; once it is calm, people mend what they can, until nothing is left. */
  async function minute(): Promise<void> {
    if (now() >= calmAtMs) {
      weather.calm();
      queue.redrive();
      const ended = await Promise.all(notes.jobs.map(hasEnded));
      isOver = !ended.includes(false) && answered.size === wishes.length && queue.isEmpty() && !lives.someAlive();
      if (isOver) return;
      for (const id of notes.jobs)
        if ((await ports.results.job(id))?.state === "paused") void clients.act(id, "resume");
    }
    const sweepers = chance.happens(0.1) ? 2 : 1; // EventBridge may call twice
    for (let i = 0; i < sweepers; i++)
      void lives.invoke({ name: "sweep", process: 8, ...SWEEP }, (life) => sweep(life)());
    agenda.at(now() + MINUTE_MS, minute);
  }
}

/** Quotas small enough that a few jobs fill them. */
function policyOf(chance: Chance) {
  const messages = chance.oneOf([12, 60, 300, 1_200]);
  return { messages, windowMs: MINUTE_MS, marginMs: 300, floor: chance.oneOf([0, 1, messages / 12]), minGapMs: 250 };
}
