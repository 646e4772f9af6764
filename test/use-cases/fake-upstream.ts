import type { Refusal } from "../../lib/domain/rtc-answer.ts";
import type { Clock, Rtc } from "../../lib/use-cases/deliver.ts";

export type Call = Readonly<{ n: number; receivers: readonly string[]; atMs: number }>;

/** What the upstream does with a call. Nothing of it: everybody gets the message. */
export type Behaviour = Readonly<{
  /** Nobody gets it. */
  refuses?: Readonly<{ why: Refusal; code: string }>;
  /** These do not get it, and it says so. */
  fails?: readonly string[];
  /** These get it, and it does not say so. */
  forgets?: readonly string[];
  /** No answer arrives; before or after everybody got it. */
  breaks?: "before" | "after";
  takesMs?: number;
}>;

/** The upstream, with everybody's inbox. */
export function fakeUpstream(clock: Clock, behave: (call: Call) => Behaviour) {
  const calls: Call[] = [];
  const inbox = new Map<string, string[]>();
  let given = 7_368_834_896_123_400_000n;
  const give = (id: string): string => {
    const messageId = String(++given);
    inbox.set(id, [...(inbox.get(id) ?? []), messageId]);
    return messageId;
  };

  const rtc: Rtc = {
    async send(_message, list) {
      const call = { n: calls.length, receivers: list.split(","), atMs: clock.now() };
      calls.push(call);
      const { refuses, fails = [], forgets = [], breaks, takesMs = 0 } = behave(call);
      const requestId = `request-${call.n}`;
      await clock.sleep(takesMs);
      if (refuses) return { kind: "refused", ...refuses, requestId };
      if (breaks === "before") return { kind: "unclear", code: "CallTimeout" };
      const failedReceivers = call.receivers.filter((id) => fails.includes(id));
      const took = call.receivers.filter((id) => !fails.includes(id)).map((id) => [id, give(id)] as const);
      if (breaks === "after") return { kind: "unclear", code: "CallTimeout" };
      const messageIds = new Map(took.filter(([id]) => !forgets.includes(id)));
      return { kind: "answered", messageIds, failedReceivers, requestId };
    },
  };
  return { rtc, calls, inbox };
}
