import type { Message } from "../../lib/domain/message.ts";
import type { Refusal } from "../../lib/domain/rtc-answer.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { Rtc } from "../../lib/ports/rtc.ts";

export type Call = Readonly<{
  n: number;
  receivers: readonly string[];
  atMs: number;
  message: Message;
  trace?: string;
}>;

/** What the upstream does with a call. Nothing of it: everybody gets the message. */
export type Behaviour = Readonly<{
  /** Nobody gets it. */
  refuses?: Readonly<{ why: Refusal; code: string; holds?: true; retryAfterMs?: number }>;
  /** These do not get it, and it says so. */
  fails?: readonly string[];
  /** These get it, and it does not say so. */
  forgets?: readonly string[];
  /** No answer arrives; before or after everybody got it. */
  breaks?: "before" | "after";
  /** How long the socket takes, ms: if it is ready too late nothing leaves. */
  connectsMs?: number;
  takesMs?: number;
}>;

/** The upstream, with everybody's inbox: message ids by what was said and to whom. */
export function fakeUpstream(clock: Clock, behave: (call: Call) => Behaviour) {
  const calls: Call[] = [];
  const inbox = new Map<string, string[]>();
  let given = 7_368_834_896_123_400_000n;
  const give = (content: string, id: string): string => {
    const messageId = String(++given);
    const key = `${content} ${id}`;
    inbox.set(key, [...(inbox.get(key) ?? []), messageId]);
    return messageId;
  };

  const rtc: Rtc = {
    prepare: async () => undefined,
    async send(message, receivers, leaveByMs, onBroken, trace) {
      const call = { n: calls.length, receivers, atMs: clock.now(), message, ...(trace && { trace }) };
      const { refuses, fails = [], forgets = [], breaks, connectsMs = 0, takesMs = 0 } = behave(call);
      await clock.sleep(connectsMs);
      if (clock.now() > leaveByMs) return { kind: "refused", why: "late", code: "TooLateToSend" };
      calls.push(call);
      const requestId = `request-${call.n}`;
      await clock.sleep(takesMs);
      if (breaks) onBroken?.("CallTimeout", new Error("no answer"));
      if (refuses) return { kind: "refused", ...refuses, requestId };
      if (breaks === "before") return { kind: "unclear", code: "CallTimeout" };
      const failedReceivers = call.receivers.filter((id) => fails.includes(id));
      const reached = call.receivers.filter((id) => !fails.includes(id));
      const took = reached.map((id) => [id, give(message.Content, id)] as const);
      if (breaks === "after") return { kind: "unclear", code: "CallTimeout" };
      const messageIds = new Map(took.filter(([id]) => !forgets.includes(id)));
      return { kind: "answered", messageIds, failedReceivers, requestId };
    },
  };
  return { rtc, calls, gotOf: (content: string, id: string): readonly string[] => inbox.get(`${content} ${id}`) ?? [] };
}
