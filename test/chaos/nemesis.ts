import { leaseMs } from "../../lib/domain/delivery-times.ts";
import type { Job } from "../../lib/domain/job.ts";
import { numbersIn } from "../../lib/domain/ranges.ts";
import { TASK_VERSION, type Task } from "../../lib/domain/task.ts";
import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Invocation } from "./invocations.ts";
import type { Queues } from "./queues.ts";
import { MINUTE_MS, type Settings } from "./settings.ts";
import type { Store } from "./store.ts";
import type { Action } from "./workload.ts";

export type Nemesis = Readonly<{
  agenda: Agenda;
  chance: Chance;
  plan: FaultPlan;
  settings: Settings;
  store: Store;
  queues: Queues;
  /** Controls a job, as some client. */
  act: (id: string, action: Action) => Promise<unknown>;
  /** Starts a dispatch run beside any other. */
  dispatch: () => void;
}>;

const LANES = ["express", "bulk"] as const;

/** Faults that do not come by chance at a call: purged queues, lost lists, and somebody who acts at the worst moment. */
export function makeNemesis({ agenda, chance, plan, settings, store, queues, act, dispatch }: Nemesis) {
  /** By claim: who made it. */
  const claimers = new Map<string, Invocation>();
  return { start, afterWrite, afterCall, meet };

  function start(untilMs: number): void {
    const within = (): number => chance.between(agenda.now(), untilMs);
    for (let left = chance.between(0, 2); left > 0; left--) agenda.at(within(), purge);
    if (chance.happens(0.2)) agenda.at(within(), () => drop(["dispatch"]));
    if (chance.happens(0.08)) agenda.at(within(), damage);
    if (chance.happens(0.5)) {
      for (let atMs = agenda.now(); atMs < untilMs; atMs += MINUTE_MS) {
        agenda.at(atMs + chance.between(0, MINUTE_MS), () => void (plan.isOn() && dispatch()));
      }
    }
  }

  function purge(): void {
    drop(chance.oneOf<readonly (keyof Queues)[]>([LANES, ["express"], ["bulk"]]));
  }

  function drop(names: readonly (keyof Queues)[]): void {
    if (!plan.isOn()) return;
    plan.count("purged");
    for (const name of names) queues[name].purge();
  }

  /** A list is missing from now on, or shorter than its job says. */
  function damage(): void {
    const names = [...store.objects.keys()];
    const name = names[chance.between(0, names.length - 1)];
    const bytes = name === undefined ? undefined : store.objects.get(name);
    if (!plan.isOn() || name === undefined || !bytes) return;
    plan.count("listDamaged");
    if (chance.happens(0.5)) store.objects.delete(name);
    else store.objects.set(name, bytes.subarray(0, bytes.length - 8));
  }

  /** Right after a write the most can go wrong: this is where two writers meet. @param job as it was written, if it was the job */
  function afterWrite(by: Invocation, run: string, job?: Job): void {
    const { endsAtMs } = job ?? {};
    if (endsAtMs !== undefined && plan.isOn() && chance.happens(0.7)) {
      agenda.at(endsAtMs + chance.between(0, chance.oneOf([100, 1_500])), () => void (plan.isOn() && dispatch()));
    }
    if (!plan.isOn() || !chance.happens(settings.adversary)) return;
    const ids = [...store.table.jobs.keys()];
    const id = (chance.happens(0.7) ? jobOf(run) : undefined) ?? ids[chance.between(0, ids.length - 1)];
    if (id === undefined) return;
    plan.count("adversary");
    const later = chance.oneOf([0, chance.between(0, 40), chance.between(0, 3_000), chance.between(0, 20_000)]);
    const pause = () => act(id, "pause");
    const resume = () => act(id, "resume");
    chance.oneOf([
      () => soon(later, pause),
      () => soon(later, resume),
      () => {
        soon(later, pause);
        soon(later + chance.between(0, 40), resume);
      },
      () => {
        soon(later, resume);
        soon(later + chance.between(0, 40), pause);
      },
      () => soon(later, () => chance.happens(0.5) && act(id, "cancel")),
      () => soon(later, dispatch),
      () => soon(settings.shareAgeMs + later, dispatch),
      () => soon(later, () => repeatTasks(id)),
      () => by.stall(chance.between(500, chance.oneOf([3_000, 30_000]))),
      () => by.die("somebody ends it"),
      () => soon(later, () => chance.happens(0.3) && purge()),
    ])();
  }

  /** Whoever has called stalls for longer than his lease, and others get his tasks. */
  function afterCall(by: Invocation, run: string): void {
    if (!plan.happens("stalledAfterCall")) return;
    const lease = leaseMs(settings.callTimeoutMs);
    by.stall(chance.between(1_000, 3 * lease));
    const id = jobOf(run);
    if (id !== undefined) soon(lease + chance.between(-1_000, 2_000), () => repeatTasks(id));
  }

  /** Whoever made a claim comes back in the moment in which somebody else ends it. */
  function meet(by: Invocation, rows: BatchRowStore): BatchRowStore {
    return {
      ...rows,
      claim(key, row, claim) {
        claimers.set(claim.id, by);
        const id = chance.happens(settings.adversary) ? jobOf(key.run) : undefined;
        const action = chance.oneOf<Action>(["pause", "cancel", "cancel"]);
        if (id !== undefined) soon(chance.between(0, 1_500), () => act(id, action));
        return rows.claim(key, row, claim);
      },
      record(key, row, claimId, result) {
        const claimer = claimers.get(claimId);
        if (claimer && claimer !== by && chance.happens(0.5)) {
          soon(chance.between(0, chance.oneOf([10, 1_000])), () => claimer.wake());
          soon(chance.between(0, 40), () => by.stall(chance.between(20, 1_000)));
        }
        return rows.record(key, row, claimId, result);
      },
    };
  }

  function soon(ms: number, run: () => unknown): void {
    agenda.at(agenda.now() + ms, () => void (plan.isOn() && run()));
  }

  function jobOf(run: string): string | undefined {
    for (const job of store.table.jobs.values()) if (job.run === run) return job.id;
    return undefined;
  }

  /** Tasks of the job's shares once more, the queued and the owed. */
  function repeatTasks(id: string): void {
    const job = store.table.jobs.get(id);
    if (!job) return;
    for (const { id: share, batches } of job.shares) {
      for (const batch of numbersIn(batches)) {
        const receivers = store.batchText(job, batch);
        if (receivers === undefined) continue;
        const task: Task = { v: TASK_VERSION, job: id, run: job.run, share, batch, receivers };
        void queues[job.lane].put([task], 0).catch(() => {});
      }
    }
  }
}
