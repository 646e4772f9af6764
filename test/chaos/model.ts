import type { MemoryLedgers } from "../../lib/adapters/memory-token-bucket.ts";
import { isGone, type Job } from "../../lib/domain/job.ts";
import { hasEnded } from "../../lib/domain/job-state.ts";
import { makeAgenda } from "./agenda.ts";
import type { Ended } from "./at-rest.ts";
import { makeChance } from "./chance.ts";
import { makeChecker } from "./checker.ts";
import { makeFaultPlan } from "./fault-plan.ts";
import { makeFindings } from "./findings.ts";
import { makeFunctions } from "./functions.ts";
import { makeInvocations, type Process } from "./invocations.ts";
import { makeLimits } from "./limits.ts";
import { makeModelUpstream } from "./model-upstream.ts";
import { makeNemesis } from "./nemesis.ts";
import { startPollers } from "./pollers.ts";
import type { Mistake } from "./ports.ts";
import { areEmpty, makeQueues } from "./queues.ts";
import { makeSecondLife } from "./second-life.ts";
import { FUNCTIONS, MINUTE_MS, makeSettings, START_MS } from "./settings.ts";
import { makeStore } from "./store.ts";
import { makeWish, withExcepts } from "./wishes.ts";
import { makeWorkload } from "./workload.ts";

export type ModelOptions = Partial<Mistake> & Readonly<{ trace?: (line: string) => void }>;

/** Where one schedule came to rest. */
export type Rest = Awaited<ReturnType<typeof play>>;

const PROCESSES = 6;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Between the receivers of a key's first job and of its second. */
const SECOND_LIFE = 500_000n;

/**
 * Play one schedule: a few jobs through the real use cases in simulated time, while everything around them fails as the
 * seed has it; then without faults until nothing moves any more. It ends with the first rule that is broken.
 */
export async function play(seed: number, options: ModelOptions = {}) {
  const { sabotage = () => (ports) => ports, often, trace } = options;
  const chance = makeChance(seed);
  const agenda = makeAgenda(START_MS);
  const tell = (line: string): void => trace?.(`${((agenda.now() - START_MS) / 1000).toFixed(3).padStart(10)} ${line}`);
  const settings = { ...makeSettings(chance), ...options.settings };
  const plan = makeFaultPlan(chance, tell, often);
  const findings = makeFindings(tell);
  const invocations = makeInvocations(agenda, plan, chance, tell);
  const parts = { agenda, plan, chance };
  const store = makeStore(agenda, plan, chance);
  const queues = makeQueues(parts);
  const upstream = makeModelUpstream(parts, settings.callTimeoutMs);
  const checker = makeChecker(agenda, store, findings, settings);
  const ledgers: MemoryLedgers = new Map();
  const processes = Array.from({ length: PROCESSES }, (_, id): Process => {
    const skewMs = chance.between(-settings.mostSkewMs, settings.mostSkewMs);
    return { id, skewMs: id === 0 && settings.strayMs !== 0 ? settings.strayMs : skewMs };
  });
  const listOf = (id: string) => {
    const job = store.table.jobs.get(id);
    return job && store.listOf(job);
  };
  const process = (): Process => processes[chance.between(0, PROCESSES - 1)] ?? { id: 0, skewMs: 0 };
  const world = { ...parts, invocations, tell, settings, store, queues, upstream, checker, ledgers };
  const functions = makeFunctions({
    ...world,
    sabotage: sabotage(),
    afterWrite: (by, run, job) => nemesis.afterWrite(by, run, job),
    afterCall: (by, run) => nemesis.afterCall(by, run),
    meet: (by, rows) => nemesis.meet(by, rows),
  });
  const workload = makeWorkload({ agenda, chance, invocations, functions, checker, findings, process, listOf });
  const runDispatch = (locks: boolean): void => {
    const options = { name: "dispatch", process: process(), ...FUNCTIONS.dispatch };
    void invocations.invoke(options, (invocation) => functions.dispatch(invocation, locks).eachMinute());
  };
  const nemesis = makeNemesis({ ...world, act: workload.act, dispatch: () => runDispatch(false) });

  startPollers({ ...world, functions, process });
  const drawn = Array.from({ length: chance.between(1, 5) }, (_, n) => makeWish(chance, n, START_MS, settings));
  const wishes = withExcepts(drawn, makeChance(-seed), settings.excepts, workload.idOfKey);
  let busy = 0;
  for (const wish of wishes) begin(wish);
  const limits = makeLimits({ ...world, findings });
  let faultsEndMs = START_MS + chance.between(2, 10) * MINUTE_MS;
  let isOver = false;
  let ended: Ended = "cut off";
  nemesis.start(faultsEndMs);
  await untilAtRest(START_MS);
  return {
    seed,
    agenda,
    chance,
    settings,
    plan,
    upstream,
    store,
    checker,
    findings,
    workload,
    liveAgain,
    ended: () => ended,
  };

  async function untilAtRest(fromMs: number): Promise<void> {
    isOver = false;
    agenda.at(faultsEndMs, stopFaults);
    agenda.at(fromMs + chance.between(0, MINUTE_MS), minute);
    await agenda.run(fromMs + DAY_MS, () => isOver || findings.all.length > 0);
    ended = isOver ? "at rest" : "cut off"; // a schedule ends with the first rule that is broken
    if (ended === "at rest" || findings.all.length > 0) return;
    ended = "stuck";
    findings.add("lost", "it comes to rest", "all");
  }

  /** Long after, the same keys are used again, for other receivers. */
  async function liveAgain(): Promise<void> {
    const fromMs = makeSecondLife({ ...parts, store, queues });
    workload.answered.length = 0;
    plan.start();
    faultsEndMs = fromMs + 2 * MINUTE_MS;
    for (const wish of wishes) {
      const { key, patience } = wish;
      const request = { ...wish.request, receivers: wish.request.receivers.map((id) => id + SECOND_LIFE) };
      const { notBeforeMs: _, expiresAtMs: __, ...options } = request.options;
      const atMs = fromMs + chance.between(0, MINUTE_MS);
      post({ key, patience }, { ...request, options }, atMs);
      if (key !== undefined) later(atMs + MINUTE_MS, () => workload.read(workload.idOfKey(key)));
    }
    await untilAtRest(fromMs);
  }

  function begin({ request, rival, key, control, readsAfterMs, retry, ...wish }: (typeof wishes)[number]): void {
    const times = [{ request, atMs: wish.postAtMs }, ...(rival ? [{ request: rival, atMs: wish.rivalAtMs }] : [])];
    for (const { request: one, atMs } of times) {
      post({ key, patience: wish.patience }, one, atMs);
    }
    if (key === undefined) return; // who has no key does not know the job either, before it is answered
    const id = workload.idOfKey(key);
    for (const { action, afterMs } of control) later(wish.postAtMs + afterMs, () => workload.act(id, action));
    for (const afterMs of readsAfterMs) later(wish.postAtMs + afterMs, () => workload.read(id));
    if (retry) later(wish.postAtMs + chance.between(MINUTE_MS, 12 * MINUTE_MS), () => retryAndRead(id));
  }

  function post(...args: Parameters<typeof workload.post>): void {
    busy += 1;
    void workload.post(...args).then(() => {
      busy -= 1;
    });
  }

  /** Something that a client does later: before that nothing is at rest. */
  function later(atMs: number, act: () => Promise<unknown>): void {
    busy += 1;
    agenda.at(atMs, () => {
      void act().then(() => {
        busy -= 1;
      });
    });
  }

  async function retryAndRead(id: string): Promise<void> {
    const include = chance.happens(0.6) ? (["unknown"] as const) : [];
    const made = await workload.retry(id, include, chance.between(1, 5));
    for (const one of made) await workload.read(one);
  }

  /** From here on nothing fails. Most clients resume what they have paused. */
  function stopFaults(): void {
    plan.stop();
    tell("faults stop");
    for (const { id, state } of store.table.jobs.values()) {
      const atMs = agenda.now() + chance.between(0, MINUTE_MS);
      if (state === "paused" && chance.happens(0.8)) later(atMs, () => workload.act(id, "resume"));
      if (chance.happens(0.5)) later(atMs, () => workload.read(id));
    }
  }

  /** What happens every minute: dispatch; without faults, whether everything has come to rest. */
  function minute(): void {
    if (!plan.isOn()) {
      limits.check(faultsEndMs);
      const jobs = [...store.table.jobs.values()];
      isOver = jobs.every(isAtRest) && busy === 0 && invocations.isIdle() && areEmpty(queues);
      if (isOver) return;
    }
    runDispatch(true);
    agenda.at(agenda.now() + MINUTE_MS, minute);
  }

  function isAtRest(job: Job): boolean {
    const { state, expiresAtMs } = job;
    return (
      hasEnded(state) ||
      isGone(job, agenda.now()) ||
      (state === "paused" && expiresAtMs > agenda.now() + 60 * MINUTE_MS)
    );
  }
}
