import { type Delivering, makeDeliver } from "../../lib/use-cases/deliver.ts";
import type { Deliver, World } from "./world.ts";

/** A port that failed on command. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** At which call of any port, counted over the whole run; before or after it did what it does; and whether that ends the worker. */
export type CrashPoint = Readonly<{ at: number; when: "before" | "after"; dies: boolean }>;

type Method = (...args: unknown[]) => Promise<unknown>;
type Listing = (...args: unknown[]) => AsyncIterable<unknown>;

/**
 * One process's ports, which crash once, at `point`. A process that dies does nothing any more; one that lives goes on
 * with whatever it was doing besides.
 *
 * @param calls counts on over all processes that share it
 */
export function crashingPorts<Ports extends object>(ports: Ports, calls: string[], point?: CrashPoint): Ports {
  let dead = false;
  const guard = (name: string, method: Method): Method => {
    return async (...args) => {
      if (dead) throw new Crash(`${name} by a dead worker`);
      const crashes = calls.push(name) - 1 === point?.at;
      if (!crashes) return method(...args);
      const result = point.when === "after" ? method(...args) : undefined;
      dead = point.dies;
      await result;
      throw new Crash(`${point.when} ${name}`);
    };
  };
  const guardList = (name: string, method: Listing): Listing => {
    const begin = guard(name, async () => {});
    return async function* (...args) {
      await begin();
      yield* method(...args);
    };
  };
  const crashing = Object.entries(ports).map(([port, methods]) => {
    const guarded = Object.entries(methods as object).map(([name, method]) => {
      const wrap = name === "list" ? guardList(`${port}.list`, method) : guard(`${port}.${name}`, method);
      return [name, wrap];
    });
    return [port, Object.fromEntries(guarded)];
  });
  return Object.fromEntries(crashing) as Ports;
}

/** Deliver, on ports that crash once. */
export function crashingDeliver({ ports }: World, point?: CrashPoint): { deliver: Deliver; calls: string[] } {
  const calls: string[] = [];
  const { batches, tallies, parked, queue, bucket, rtc } = ports;
  const frail: Partial<Delivering> = { batches, tallies, parked, queue, bucket, rtc };
  const deliver: Deliver = (task, deadlineMs) => {
    return makeDeliver({ ...ports, ...crashingPorts(frail, calls, point) })(task, deadlineMs);
  };
  return { deliver, calls };
}
