import { endOfMinuteMs, minuteOf } from "../domain/minute.ts";
import type { RequestCounter } from "../ports/request-counter.ts";

export function memoryRequestCounter(): RequestCounter {
  const counts = new Map<string, Readonly<{ minute: number; count: number }>>();
  return {
    async take(clientId, limit, nowMs) {
      const last = counts.get(clientId);
      const minute = Math.max(minuteOf(nowMs), last?.minute ?? 0);
      const count = last?.minute === minute ? last.count : 0;
      const allowed = count < limit;
      if (allowed) counts.set(clientId, { minute, count: count + 1 });
      return { allowed, resetMs: endOfMinuteMs(minute) };
    },
  };
}
