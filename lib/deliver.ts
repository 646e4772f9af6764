import type { Message } from "./domain/message.ts";
import type { RtcAnswer } from "./domain/rtc-answer.ts";

export type Lane = "express" | "bulk";

/** The upstream, as deliver needs it. One call, one attempt: it never retries by itself. */
export interface Rtc {
  /**
   * Send `message` to at most 500 receivers in one call, signed at this moment.
   *
   * @param receivers canonical decimal ids, joined by commas
   */
  send(message: Message, receivers: string): Promise<RtcAnswer>;
}

/** The account's quota, as deliver needs it. `account` names whose quota is spent. */
export interface TokenBucket {
  /** Ask for `count` tokens (1 to 500). Granted tokens are spent, whatever becomes of the call. */
  reserve(account: string, ask: Readonly<{ count: number; lane: Lane }>): Promise<Reservation>;
  /** The answer to a call at `slotMs` came only at `answeredAtMs`: the tokens return one window after that instead. */
  moveLate(account: string, spent: Readonly<{ slotMs: number; count: number; answeredAtMs: number }>): Promise<void>;
  /** Nobody sends for a while: the upstream says too fast (`flow`), or refuses our keys (`credentials`). */
  hold(account: string, why: "flow" | "credentials"): Promise<void>;
  /** A probe came through: end the hold. */
  lift(account: string): Promise<void>;
}

export type Reservation =
  /** Send `granted` messages (at most what was asked) at `slotMs`, at the latest `margin` later. `probe`: the first after a hold. */
  | Readonly<{ kind: "granted"; slotMs: number; granted: number; probe: boolean }>
  /** Nothing was reserved: ask again at `untilMs`. */
  | Readonly<{ kind: "wait"; untilMs: number; why: "quota" | "held" }>;
