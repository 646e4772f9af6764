import { setTimeout as sleep } from "node:timers/promises";

/** After so long without a call, ms of real time, everybody sleeps. */
const QUIET_MS = 3;

/** Knows when everybody sleeps in simulated time, although calls to the table and the upstream take real time. */
export function idleWatch() {
  let underWay = 0;
  let calls = 0;
  return {
    /** Do a call of the real world. */
    async busy<T>(call: () => Promise<T>): Promise<T> {
      underWay++;
      calls++;
      return call().finally(() => underWay--);
    },
    /** Comes back once nobody has done anything for a while. */
    async settled(): Promise<void> {
      for (let seen = -1; underWay > 0 || seen !== calls; ) {
        seen = calls;
        await sleep(QUIET_MS);
      }
    },
  };
}

export type IdleWatch = ReturnType<typeof idleWatch>;
