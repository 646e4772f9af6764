import type { Refusal } from "../lib/domain/rtc-answer.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Rtc } from "../lib/ports/rtc.ts";

/** A call as the upstream counted it. `first`: its first receiver. */
export type CountedCall = Readonly<{ atMs: number; count: number; first: string }>;

/** An upstream that takes every call unless it is told to refuse all, and keeps when it counted it. */
export type SimulatedUpstream = { refuses?: Refusal | undefined; readonly calls: CountedCall[]; rtc(own: Clock): Rtc };

/** A call takes from 30 to 300 ms, and is counted somewhere in the first half of that. */
const CALL_MS = { least: 30, most: 300 };

/** @param clock true time, in which the upstream lives */
export function simulatedUpstream(clock: Clock, random: () => number): SimulatedUpstream {
  const calls: CountedCall[] = [];
  let given = 0;
  const upstream: SimulatedUpstream = {
    calls,
    rtc: (own) => ({
      prepare: async () => undefined,
      async send(_message, receivers, leaveByMs) {
        if (own.now() > leaveByMs) return { kind: "refused", why: "late", code: "Late" };
        const takesMs = CALL_MS.least + random() * (CALL_MS.most - CALL_MS.least);
        await clock.sleep((random() * takesMs) / 2);
        if (upstream.refuses) return { kind: "refused", why: upstream.refuses, code: "Refused" };
        calls.push({ atMs: clock.now(), count: receivers.length, first: receivers[0] ?? "" });
        await clock.sleep(takesMs / 2);
        const messageIds = new Map(receivers.map((id) => [id, String(++given)]));
        return { kind: "answered", messageIds, failedReceivers: [] };
      },
    }),
  };
  return upstream;
}
