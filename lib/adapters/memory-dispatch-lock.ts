import type { DispatchLock } from "../ports/dispatch-lock.ts";
import type { MemoryTable } from "./memory-table.ts";

export function memoryDispatchLock({ locks }: Pick<MemoryTable, "locks">): DispatchLock {
  let taken = 0;
  return {
    async take(account, { nowMs, leaseMs, gapMs }) {
      const seen = locks.get(account);
      if (seen && (seen.untilMs > nowMs || seen.lastStartMs > nowMs - gapMs)) {
        const { untilMs, lastStartMs } = seen;
        return { kind: "busy", untilMs: Math.max(lastStartMs + gapMs, untilMs), lastStartMs };
      }
      const token = `${++taken}`;
      locks.set(account, { token, untilMs: nowMs + leaseMs, lastStartMs: nowMs });
      return { kind: "taken", token };
    },

    async release(account, token) {
      const seen = locks.get(account);
      if (seen?.token === token) locks.set(account, { untilMs: 0, lastStartMs: seen.lastStartMs });
    },
  };
}
