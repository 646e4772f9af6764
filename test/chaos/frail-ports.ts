import type { Job } from "../../lib/domain/job.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Invocation, Invocations } from "./invocations.ts";

const LATENCY_MS = 8;
const SLOWEST_MS = 5_000;
/** A client gives a call up after this long. */
const TIMEOUT_MS = 3_000;
/** What was given up may still take effect this much later. */
const LANDS_WITHIN_MS = 30_000;
const READS: ReadonlySet<string> = new Set(["find", "look", "read", "all", "manifest", "due", "list", "usage"]);

export type FrailPorts = Readonly<{
  agenda: Agenda;
  plan: FaultPlan;
  chance: Chance;
  invocations: Invocations;
  tell: (line: string) => void;
}>;

/** Ports as they are for somebody who may crash at any call, and whom any call may fail. */
export function makeFrailPorts({ agenda, plan, chance, invocations, tell }: FrailPorts) {
  const { pass } = invocations;
  return { frail, read, write, spread };

  function frail<Port extends object>(invocation: Invocation, port: Port): Port {
    return new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function" || typeof name !== "string") return method;
        const effect = (args: unknown[]) => async (): Promise<unknown> => Reflect.apply(method, target, args);
        return READS.has(name)
          ? (...args: unknown[]) => read(invocation, name, effect(args))
          : (...args: unknown[]) => write(invocation, name, effect(args));
      },
    });
  }

  async function read(invocation: Invocation, name: string, effect: () => Promise<unknown>): Promise<unknown> {
    await pass(invocation, onTheWay("slowRequest"));
    await refuse(invocation, name);
    const result = await effect();
    await pass(invocation, onTheWay("slowAnswer"));
    return result;
  }

  async function write(invocation: Invocation, name: string, effect: () => Promise<unknown>): Promise<unknown> {
    await pass(invocation, onTheWay(name === "count" ? "slowCount" : "slowRequest"));
    await refuse(invocation, name);
    if (name === "moveLate" && plan.happens("moveFails")) throw new Error(`${name}: fails`);
    if (plan.happens("landsLate")) {
      const land = async () => tell(`${invocation.name} ${name} lands late: ${brief(await effect())}`);
      agenda.at(agenda.now() + TIMEOUT_MS + chance.between(-1_000, LANDS_WITHIN_MS), () => void land().catch(() => {}));
      await pass(invocation, TIMEOUT_MS);
      throw new Error(`${name}: timed out, and takes effect later`);
    }
    let result = await effect();
    tell(`${invocation.name} ${name} ${brief(result)}`);
    if (plan.happens("repeated")) {
      await pass(invocation, chance.between(0, TIMEOUT_MS));
      result = await effect();
      tell(`${invocation.name} ${name} again ${brief(result)}`);
    }
    if (plan.happens("lostAnswer")) {
      await pass(invocation, TIMEOUT_MS);
      throw new Error(`${name}: timed out, and took effect`);
    }
    await pass(invocation, onTheWay(name === "claim" ? "slowClaim" : "slowAnswer"));
    return result;
  }

  /** @throws {Error} if it comes to nothing */
  async function refuse(invocation: Invocation, name: string): Promise<void> {
    if (plan.happens("throttled")) throw new Error(`${name}: throttled`);
    if (!plan.happens("unanswered")) return;
    await pass(invocation, TIMEOUT_MS);
    throw new Error(`${name}: timed out`);
  }

  function onTheWay(kind: "slowRequest" | "slowAnswer" | "slowClaim" | "slowCount"): number {
    return plan.happens(kind) ? chance.between(200, SLOWEST_MS) : chance.between(1, LATENCY_MS);
  }

  /** Between two parts of one read, which are served in any order. */
  async function spread(): Promise<void> {
    await agenda.sleep(plan.happens("slowAnswer") ? chance.between(100, TIMEOUT_MS) : chance.between(0, 2));
  }
}

const brief = (result: unknown): string => {
  if (isJob(result))
    return `v${result.version} ${result.state} cursor ${result.cursor} shares ${JSON.stringify(result.shares)} due ${result.dueAtMs}`;
  if (typeof result !== "object" || result === null) return String(result);
  return JSON.stringify(result, (_, value) => (typeof value === "bigint" ? String(value) : value)).slice(0, 200);
};

const isJob = (result: unknown): result is Job => typeof result === "object" && result !== null && "shares" in result;
