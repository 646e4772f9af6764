import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** A process of the platform. `skewMs`: how far its clock is ahead. */
export type Process = Readonly<{ id: number; skewMs: number }>;

/** One call of a function: it ends by itself, or from one moment on none of its code runs any more. */
export type Invocation = Readonly<{
  name: string;
  process: Process;
  /** Epoch ms by its own clock. */
  now(): number;
  isAlive(): boolean;
  /** Its function has answered: its process may be called again. */
  hasAnswered(): boolean;
  die(why: string): void;
  /** Nothing of it runs for a while. */
  stall(ms: number): void;
  stalledUntilMs(): number;
  /** Go on now. */
  wake(): void;
}>;

export type Ending = "done" | "threw" | "died";

/** `mayOutlive`: at its time-out it may only be frozen, and wake up again. */
export type InvocationOptions = Readonly<{ name: string; process: Process; timeoutMs: number; mayOutlive?: boolean }>;

const LONGEST_STALL_MS = 60_000;
const LONGEST_FREEZE_MS = 600_000;
/** Past the end of every schedule. */
const FOR_EVER_MS = 2 * 86_400_000;

/**
 * Functions as Lambda runs them: they are slow, stall, crash and time out, and are frozen once they have answered: what they
 * left under way goes on when their process is called again, perhaps never.
 */
export function makeInvocations(agenda: Agenda, plan: FaultPlan, chance: Chance, tell: (line: string) => void) {
  let made = 0;
  const living = new Set<Invocation>();
  /** Who stalls, to be woken before their time. */
  const sleepers = new WeakMap<Invocation, Set<() => void>>();
  return { invoke, pass, isIdle: () => living.size === 0 };

  function invoke(options: InvocationOptions, work: (invocation: Invocation) => Promise<unknown>): Promise<Ending> {
    const { name, process, timeoutMs, mayOutlive = false } = options;
    return new Promise((resolve) => {
      let alive = true;
      let answered = false;
      let stalledUntilMs = 0;
      const end = (how: Ending): void => {
        living.delete(invocation);
        answered = how !== "died";
        if (answered && plan.happens("frozen")) {
          invocation.stall(chance.oneOf([chance.between(100, LONGEST_FREEZE_MS), FOR_EVER_MS]));
        }
        resolve(how);
      };
      const invocation: Invocation = {
        name: `${name}.${++made}`,
        process,
        now: () => agenda.now() + process.skewMs,
        isAlive: () => alive,
        hasAnswered: () => answered && alive,
        die(why) {
          if (!alive) return;
          alive = false;
          tell(`${invocation.name} ends: ${why}`);
          end("died");
        },
        stall(ms) {
          stalledUntilMs = Math.max(stalledUntilMs, agenda.now() + ms);
        },
        stalledUntilMs: () => stalledUntilMs,
        wake() {
          stalledUntilMs = 0;
          for (const waken of sleepers.get(invocation) ?? []) waken();
        },
      };
      living.add(invocation);
      agenda.at(agenda.now() + timeoutMs, () => {
        if (!living.has(invocation)) return;
        if (mayOutlive && plan.happens("outlived")) end("died");
        else invocation.die("its time is over");
      });
      work(invocation).then(
        () => end("done"),
        (error: unknown) => {
          tell(`${invocation.name} throws ${error}`);
          end("threw");
        },
      );
    });
  }

  function untilAwake(invocation: Invocation): Promise<void> {
    return new Promise((resolve) => {
      const waiting = sleepers.get(invocation) ?? new Set();
      sleepers.set(invocation, waiting.add(resolve));
      agenda.at(invocation.stalledUntilMs(), resolve);
    });
  }

  /** Time passes; whoever dies meanwhile never comes back. */
  async function pass(invocation: Invocation, ms: number): Promise<void> {
    if (ms > 0) await agenda.sleep(ms);
    if (plan.happens("stalled")) invocation.stall(chance.between(100, chance.oneOf([1_000, 6_000, LONGEST_STALL_MS])));
    while (invocation.stalledUntilMs() > agenda.now()) await untilAwake(invocation);
    if (plan.happens("processCrashed")) {
      for (const other of [...living]) if (other.process === invocation.process) other.die("its process crashes");
    } else if (plan.happens("crashed")) invocation.die("it crashes");
    if (!invocation.isAlive()) await new Promise(() => {});
  }
}

export type Invocations = ReturnType<typeof makeInvocations>;
