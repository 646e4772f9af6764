/**
 * The answer to one BatchSendMessage call. A union, because each of these is expected:
 *
 * - `answered`: the upstream took the request and named (some of) its receivers.
 * - `refused`: the upstream did not send anything, for the reason in `why`.
 * - `unclear`: the request may have arrived, and no answer says so.
 */
export type RtcAnswer =
  | Readonly<{
      kind: "answered";
      /** receiver → message id, both decimal strings */
      messageIds: ReadonlyMap<string, string>;
      failedReceivers: readonly string[];
      requestId?: string;
    }>
  | Readonly<{
      kind: "refused";
      why: Refusal;
      code: string;
      requestId?: string;
      /** With `flow`: how long the upstream asks to wait. */
      retryAfterMs?: number;
      /** With `not-sent`: every call would be turned away like this one, so none is made for a while. */
      holds?: true;
    }>
  | Readonly<{ kind: "unclear"; code: string; requestId?: string }>;

/**
 * - `request`: the request itself is wrong; sending it again changes nothing.
 * - `credentials`: our keys or rights; no message is to blame.
 * - `flow`: too fast.
 * - `not-sent`: nothing can have arrived (refused connection, DNS, TLS, a gateway that says so); try again.
 * - `late`: the socket was ready only after the call's slot was over, so nothing was written; reserve again.
 */
export type Refusal = "request" | "credentials" | "flow" | "not-sent" | "late";
