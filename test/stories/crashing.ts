import { type Delivering, makeDeliver } from "../../lib/deliver.ts";
import type { Deliver, World } from "./world.ts";

/** A port that failed on command. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** At which call of any port, counted over the whole run; before or after it did what it does; and whether that ends the worker. */
export type CrashPoint = Readonly<{ at: number; when: "before" | "after"; dies: boolean }>;

const PORTS = ["batches", "tallies", "parked", "queue", "bucket", "rtc"] as const;

/**
 * Deliver, on ports that crash once, at `point`. A worker that dies does nothing any more; one that lives goes on with
 * whatever it was doing besides.
 */
export function crashingDeliver({ ports }: World, point?: CrashPoint): { deliver: Deliver; calls: string[] } {
  const calls: string[] = [];
  const deliver: Deliver = (task, deadlineMs) => {
    let dead = false;
    const guard = (name: string, method: (...args: unknown[]) => Promise<unknown>) => {
      return async (...args: unknown[]): Promise<unknown> => {
        if (dead) throw new Crash(`${name} by a dead worker`);
        const crashes = calls.push(name) - 1 === point?.at;
        if (!crashes) return method(...args);
        const result = point.when === "after" ? method(...args) : undefined;
        dead = point.dies;
        await result;
        throw new Crash(`${point.when} ${name}`);
      };
    };
    const crashing = Object.fromEntries(
      PORTS.map((port) => {
        const methods = Object.entries(ports[port]) as [string, (...args: unknown[]) => Promise<unknown>][];
        return [port, Object.fromEntries(methods.map(([name, method]) => [name, guard(`${port}.${name}`, method)]))];
      }),
    );
    return makeDeliver({ ...ports, ...(crashing as unknown as Delivering) })(task, deadlineMs);
  };
  return { deliver, calls };
}
