import { type AttemptResult, MAX_ATTEMPTS, type PartName } from "./attempt-result.ts";
import type { Delivery } from "./job.ts";
import type { Remaining } from "./remaining.ts";
import type { RtcAnswer } from "./rtc-answer.ts";

/**
 * Turn the upstream's answer into a result for the receivers of the call.
 *
 * - refused as a request: final. Where an earlier attempt may have arrived, nobody can say `failed`: `unknown`.
 * - no clear answer: `unknown`, or another attempt where the job wants it at least once and one is left.
 * - in `FailedReceiver`: another attempt, three in all.
 * - in neither list of the answer: `unknown`.
 *
 * @param answer not a refusal for `credentials`, `flow` or `not-sent`: after those nothing was tried
 */
export function toResult(
  answer: RtcAnswer,
  receivers: readonly Remaining[],
  { delivery, atMs }: Readonly<{ delivery: Delivery; atMs: number }>,
): AttemptResult {
  const parts: Record<PartName, Record<string, string>> = {
    sent: {},
    failed: {},
    unknown: {},
    refused: {},
    unclear: {},
  };
  const failedReceivers = answer.kind === "answered" ? new Set(answer.failedReceivers) : undefined;
  for (const one of receivers) {
    const isLast = one.attempts + 1 >= MAX_ATTEMPTS;
    const refusal = one.mayHaveArrived ? "unknown" : "failed";
    if (answer.kind === "refused") parts[refusal][one.userId] = answer.code;
    else if (answer.kind === "unclear") {
      parts[delivery === "at-least-once" && !isLast ? "unclear" : "unknown"][one.userId] = answer.code;
    } else {
      const messageId = answer.messageIds.get(one.userId);
      if (messageId !== undefined) parts.sent[one.userId] = messageId;
      else if (!failedReceivers?.has(one.userId)) parts.unknown[one.userId] = "NotInAnswer";
      else parts[isLast ? refusal : "refused"][one.userId] = "FailedReceiver";
    }
  }
  return { atMs, ...(answer.requestId !== undefined && { requestId: answer.requestId }), ...parts };
}
