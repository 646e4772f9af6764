import type { Message } from "../../lib/domain/message.ts";
import type { RtcAnswer } from "../../lib/domain/rtc-answer.ts";
import { readReply } from "../../lib/volcengine/envelope.ts";
import { failure, success } from "../../local/rtc-simulator/answer.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Invocation } from "./invocations.ts";

/**
 * What became of one receiver of a call, as only the upstream knows: `open`: nobody was told, it may have arrived.
 * `not`: certainly not sent. `sent`: told by a message id.
 */
export type Fate = "open" | "not" | "sent";

/** One request that left. */
export type Call = {
  readonly run: string;
  readonly receivers: readonly string[];
  readonly fates: Map<string, Fate>;
  readonly worker: Invocation;
  /** When the upstream counted it; absent: it did not. */
  countedAtMs?: number;
  /** It was counted within the margin of its slot, or its tokens were moved to when it was answered. */
  isAccountedFor: boolean;
};

/** Late, and its worker died before it could say so: of such a call the quota promises nothing. */
export const isUncounted = ({ countedAtMs, isAccountedFor, worker }: Call): boolean =>
  countedAtMs !== undefined && !isAccountedFor && !worker.isAlive();

/** What the upstream knows of one receiver of one run. */
export type Inbox = { messageIds: string[]; isUnreachable: boolean; isDoubtful: boolean };

/** Who sends, and for which run. `leaves` hears of the request at the moment it goes out. */
export type Sender = Readonly<{
  invocation: Invocation;
  run: string;
  leaves(call: Call): void;
  counted(call: Call): void;
}>;

type Reply = Readonly<{ status: number; text: string }>;

/** A call takes at most this long on its way there, and as long on its way back, when it is slow. */
const SLOW_MS = 3_500;
const SLOWEST_CONNECT_MS = 6_500;
const METADATA = { RequestId: "R", Action: "BatchSendMessage", Version: "2020-12-01", Service: "rtc", Region: "model" };

/**
 * BatchSendMessage with everything that can become of a call. It keeps no quota: it counts, so that a window over it is
 * seen and not refused.
 */
export function makeModelUpstream(
  { agenda, plan, chance }: Readonly<{ agenda: Agenda; plan: FaultPlan; chance: Chance }>,
  callTimeoutMs: number,
) {
  const inboxes = new Map<string, Inbox>();
  const calls: Call[] = [];
  let messages = 0;
  let badKeysUntilMs = 0;
  return { send, calls, inboxOf };

  function inboxOf(run: string, userId: string): Inbox {
    const place = `${run} ${userId}`;
    const inbox = inboxes.get(place) ?? { messageIds: [], isUnreachable: false, isDoubtful: false };
    inboxes.set(place, inbox);
    return inbox;
  }

  async function send(_: Message, receivers: readonly string[], leaveByMs: number, sender: Sender): Promise<RtcAnswer> {
    if (plan.happens("refusedConnection")) return { kind: "refused", why: "not-sent", code: "ConnectionRefused" };
    const startMs = agenda.now();
    if (plan.happens("slowConnect")) {
      const connectMs = chance.between(200, SLOWEST_CONNECT_MS);
      if (connectMs >= callTimeoutMs) {
        await agenda.sleep(callTimeoutMs);
        return { kind: "refused", why: "not-sent", code: "ConnectTimeout" };
      }
      await agenda.sleep(connectMs);
      const { invocation } = sender;
      if (!invocation.isAlive()) return { kind: "refused", why: "not-sent", code: "nobody hears this" };
      if (invocation.now() > leaveByMs) return { kind: "refused", why: "late", code: "SlotMissed" };
    }
    const fates = new Map(receivers.map((id): [string, Fate] => [id, "open"]));
    const call: Call = { run: sender.run, receivers, fates, worker: sender.invocation, isAccountedFor: false };
    calls.push(call);
    sender.leaves(call);
    const slow = plan.happens("slow") ? SLOW_MS : 60;
    const left = startMs + callTimeoutMs - agenda.now();
    const exchange = (async (): Promise<RtcAnswer> => {
      await agenda.sleep(chance.between(1, Math.min(slow, left))); // what has left arrives within the call's time, or never
      const reply = answer(call, sender);
      await agenda.sleep(chance.between(1, slow));
      if (typeof reply === "string") return { kind: "unclear", code: reply };
      const reading = readReply({ status: reply.status, body: reply.text }, receivers);
      return reading.kind === "clock" ? { ...reading, kind: "refused", why: "credentials" } : reading;
    })();
    const timeout = agenda.sleep(left).then((): RtcAnswer => ({ kind: "unclear", code: "CallTimeout" }));
    const heard = await (plan.happens("hang") ? timeout : Promise.race([exchange, timeout]));
    if (heard.kind !== "refused") for (const id of receivers) inboxOf(call.run, id).isDoubtful = true;
    return heard;
  }

  /** The request has arrived: the reply, or the name of what broke on the way back. */
  function answer(call: Call, sender: Sender): Reply | string {
    if (plan.happens("credentials")) badKeysUntilMs = agenda.now() + chance.between(1_000, 120_000);
    if (agenda.now() < badKeysUntilMs && plan.isOn()) return refuse(call, 401, "InvalidAccessKey");
    if (plan.happens("flowLimit")) return refuse(call, 429, "FlowLimitExceeded");
    if (plan.happens("badRequest")) return refuse(call, 400, "InvalidParameter.Content");
    if (plan.happens("unavailable")) return refuse(call, 503, "ServiceUnavailable");
    if (plan.happens("resetBefore")) return "ConnectionReset";
    const broken = breaks();
    if (broken !== undefined && chance.happens(0.5)) return broken; // not processed
    const reply = take(call, sender);
    if (broken !== undefined) return broken;
    return plan.happens("resetAfter") ? "ConnectionReset" : reply;
  }

  function breaks(): Reply | undefined {
    if (plan.happens("serverError")) return { status: 500, text: errorText(500, "InternalError") };
    return plan.happens("gateway") ? { status: 502, text: "<html>Bad Gateway</html>" } : undefined;
  }

  function refuse(call: Call, status: number, code: string): Reply {
    for (const id of call.receivers) call.fates.set(id, "not");
    return { status, text: errorText(status, code) };
  }

  function take(call: Call, sender: Sender): Reply {
    call.countedAtMs = agenda.now();
    sender.counted(call);
    const failing = plan.happens("failedReceivers") ? chance.share() : 0;
    const omitting = plan.happens("omitted") ? chance.share() : 0;
    const sent: { userId: string; messageId: string }[] = [];
    const failed: string[] = [];
    for (const userId of call.receivers) {
      const inbox = inboxOf(call.run, userId);
      const omitted = chance.happens(omitting);
      if (omitted && chance.happens(0.5)) continue;
      if (!omitted && (inbox.isUnreachable || chance.happens(failing))) {
        inbox.isUnreachable ||= chance.happens(0.5);
        failed.push(userId);
        call.fates.set(userId, "not");
        continue;
      }
      const messageId = `7${String(++messages).padStart(18, "0")}`; // past 2^53: rounded, it would be another's
      inbox.messageIds.push(messageId);
      if (omitted) continue;
      call.fates.set(userId, "sent");
      sent.push({ userId, messageId });
    }
    return { status: 200, text: success(METADATA, sent, failed) };
  }
}

export type ModelUpstream = ReturnType<typeof makeModelUpstream>;

const errorText = (status: number, code: string): string => failure(METADATA, { status, code, message: code });
