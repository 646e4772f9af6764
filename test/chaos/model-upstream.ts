import type { Message } from "../../lib/domain/message.ts";
import type { RtcAnswer } from "../../lib/domain/rtc-answer.ts";
import { readReply } from "../../lib/volcengine/envelope.ts";
import { failure, success } from "../../local/rtc-simulator/answer.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Weather } from "./weather.ts";

/** One request that the upstream took: what counts against the quota, and when. `fit`: see {@link makeModelUpstream}. */
export type Taken = { readonly atMs: number; readonly count: number; isAccountedFor: boolean };

/** What the upstream knows of one receiver of one saying. `isDoubtful`: it once answered other than by a clear refusal. */
export type Inbox = { messageIds: string[]; isDoubtful: boolean; wasOmitted: boolean; isUnreachable: boolean };

type Reply = Readonly<{ status: number; text: string }>;

/** A call takes at most this long on its way there, and as long on its way back, when it is slow. */
const SLOW_MS = 4_800;
const METADATA = { RequestId: "R", Action: "BatchSendMessage", Version: "2020-12-01", Service: "rtc", Region: "model" };

/**
 * BatchSendMessage with everything that can become of a call. It keeps no quota: it counts, so that a window over it is
 * seen and not refused.
 */
export function makeModelUpstream(agenda: Agenda, weather: Weather, chance: Chance, callTimeoutMs: number) {
  const inboxes = new Map<string, Map<string, Inbox>>();
  const taken: Taken[] = [];
  let messages = 0;
  let badKeysUntilMs = 0;

  const inboxOf = (content: string, userId: string): Inbox => {
    const users = inboxes.get(content) ?? new Map<string, Inbox>();
    inboxes.set(content, users);
    const inbox = users.get(userId) ?? { messageIds: [], isDoubtful: false, wasOmitted: false, isUnreachable: false };
    users.set(userId, inbox);
    return inbox;
  };

  /** @param onTaken hears of the request when it is counted */
  async function send(message: Message, list: string, onTaken: (taken: Taken) => void): Promise<RtcAnswer> {
    const receivers = list.split(",");
    if (weather.strikes("refusedConnection")) return { kind: "refused", why: "not-sent", code: "ConnectionRefused" };
    const slow = weather.strikes("slow") ? SLOW_MS : 60;
    const exchange = (async (): Promise<RtcAnswer> => {
      await agenda.sleep(chance.between(1, slow));
      const reply = answer(message, receivers, onTaken);
      await agenda.sleep(chance.between(1, slow));
      if (typeof reply === "string") return { kind: "unclear", code: reply };
      const reading = readReply({ status: reply.status, body: reply.text }, list);
      return reading.kind === "clock" ? { ...reading, kind: "refused", why: "credentials" } : reading;
    })();
    const hung = weather.strikes("hang");
    const timeout = agenda.sleep(callTimeoutMs).then((): RtcAnswer => ({ kind: "unclear", code: "CallTimeout" }));
    const heard = await (hung ? timeout : Promise.race([exchange, timeout]));
    if (heard.kind !== "refused") for (const id of receivers) inboxOf(message.Content, id).isDoubtful = true;
    return heard;
  }

  /** The request has arrived: the reply, or the name of what broke on the way back. */
  function answer(message: Message, receivers: readonly string[], onTaken: (taken: Taken) => void): Reply | string {
    if (weather.strikes("credentials")) badKeysUntilMs = agenda.now() + chance.between(1_000, 120_000);
    if (agenda.now() < badKeysUntilMs && !weather.isCalm()) return refuse(401, "InvalidAccessKey");
    if (weather.strikes("flowLimit")) return refuse(429, "FlowLimitExceeded");
    if (weather.strikes("badRequest")) return refuse(400, "InvalidParameter.Content");
    if (weather.strikes("unavailable")) return refuse(503, "ServiceUnavailable");
    if (weather.strikes("resetBefore")) return "ConnectionReset";
    const broken = breaks();
    if (broken !== undefined && chance.happens(0.5)) return broken; // not processed
    const reply = take(message, receivers, onTaken);
    if (broken !== undefined) return broken;
    return weather.strikes("resetAfter") ? "ConnectionReset" : reply;
  }

  function breaks(): Reply | undefined {
    if (weather.strikes("serverError")) return refuse(500, "InternalError");
    return weather.strikes("gateway") ? { status: 502, text: "<html>Bad Gateway</html>" } : undefined;
  }

  function take({ Content }: Message, receivers: readonly string[], onTaken: (taken: Taken) => void): Reply {
    const one = { atMs: agenda.now(), count: receivers.length, isAccountedFor: false };
    taken.push(one);
    onTaken(one);
    const failing = weather.strikes("failedReceivers") ? chance.share() : 0;
    const omitting = weather.strikes("omitted") ? chance.share() : 0;
    const sent: { userId: string; messageId: string }[] = [];
    const failed: string[] = [];
    for (const userId of receivers) {
      const inbox = inboxOf(Content, userId);
      const omitted = chance.happens(omitting);
      if (omitted) inbox.wasOmitted = true;
      if (omitted && chance.happens(0.5)) continue;
      if (!omitted && (inbox.isUnreachable || chance.happens(failing))) {
        inbox.isUnreachable ||= chance.happens(0.5);
        failed.push(userId);
        continue;
      }
      const messageId = `7${String(++messages).padStart(18, "0")}`; // past 2^53: rounded, it would be another's
      inbox.messageIds.push(messageId);
      if (!omitted) sent.push({ userId, messageId });
    }
    return { status: 200, text: success(METADATA, sent, failed) };
  }

  return { send, taken, inboxOf };
}

export type ModelUpstream = ReturnType<typeof makeModelUpstream>;

const refuse = (status: number, code: string): Reply => ({
  status,
  text: failure(METADATA, { status, code, message: code }),
});
