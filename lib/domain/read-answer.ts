import type { Delivery } from "./job.ts";
import { allOf, makeTry, type Try } from "./outcome.ts";
import type { RtcAnswer } from "./rtc-answer.ts";

/** Times a receiver is tried before a refusal is final. */
export const MAX_ATTEMPTS = 3;

/**
 * Turn the upstream's answer into outcomes for the receivers of the call.
 *
 * @param answer not a refusal for `credentials`, `flow` or `not-sent`: after those nothing was tried
 */
export function readAnswer(
  answer: RtcAnswer,
  receivers: readonly string[],
  { attempt, delivery, atMs, maybeTwice }: { attempt: number; delivery: Delivery; atMs: number; maybeTwice: boolean },
): Try {
  const lastAttempt = attempt >= MAX_ATTEMPTS;
  const facts = {
    atMs,
    attempt,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
    ...(maybeTwice ? { maybeTwice: true as const } : {}),
  };
  // A refusal says nothing about an earlier request that may have arrived.
  const refusal = maybeTwice ? "unknown" : "failed";
  if (answer.kind === "refused") return makeTry({ ...facts, [refusal]: allOf(receivers, answer.code) });
  if (answer.kind === "unclear") {
    const again = delivery === "at-least-once" && !lastAttempt;
    return makeTry({ ...facts, unclear: true, [again ? "retry" : "unknown"]: allOf(receivers, answer.code) });
  }
  const sent: Record<string, string> = {};
  const refused: Record<string, string> = {};
  const unknown: Record<string, string> = {};
  const failedReceivers = new Set(answer.failedReceivers);
  for (const receiver of receivers) {
    const messageId = answer.messageIds.get(receiver);
    if (messageId !== undefined) sent[receiver] = messageId;
    else if (failedReceivers.has(receiver)) refused[receiver] = "FailedReceiver";
    else unknown[receiver] = "NotInAnswer";
  }
  if (!lastAttempt) return makeTry({ ...facts, sent, unknown, retry: refused });
  return maybeTwice
    ? makeTry({ ...facts, sent, unknown: { ...unknown, ...refused } })
    : makeTry({ ...facts, sent, unknown, failed: refused });
}
