import type { Message } from "../domain/message.ts";
import type { RtcAnswer } from "../domain/rtc-answer.ts";

/** `cause` holds host names and system errors, never a key or the message. */
export type OnBroken = (code: string, cause: unknown) => void;
/** Nothing could leave. */
export type NotReady = RtcAnswer & Readonly<{ kind: "refused" }>;

/** The upstream. One call, one attempt: it never retries by itself. */
export interface Rtc {
  /**
   * Get the keys and a socket for a call that is to leave soon, TLS included. Costs nothing where both are at hand.
   *
   * @param onBroken told why not
   * @returns why the call could not leave, `undefined` if it can
   */
  prepare(onBroken?: OnBroken): Promise<NotReady | undefined>;

  /**
   * Send `message` to at most 500 receivers in one call, signed at this moment.
   *
   * @param receivers canonical decimal ids
   * @param leaveByMs epoch ms by this process's clock: if the socket is ready only after that, nothing is written
   * @param onBroken told of a try that got no answer
   * @param trace goes along as the header `traceparent`
   */
  send(
    message: Message,
    receivers: readonly string[],
    leaveByMs: number,
    onBroken?: OnBroken,
    trace?: string,
  ): Promise<RtcAnswer>;
}
