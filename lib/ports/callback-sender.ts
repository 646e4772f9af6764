/** What came of one POST of a callback. `code` is a short name such as `CallTimeout`, never a system's own words. */
export type CallbackAnswer =
  | Readonly<{ kind: "answered"; status: number }>
  | Readonly<{ kind: "broken"; code: string }>;

export type CallbackMessage = Readonly<{
  /** The event's id, the same on every try: receivers drop repetitions by it. */
  id: string;
  /** When this try is made, epoch ms. Receivers refuse what is more than five minutes off. */
  atMs: number;
  /** JSON. */
  body: string;
  /** The client's secrets as Standard Webhooks writes them (`whsec_…`); two while one replaces the other. */
  secrets: readonly string[];
  /** Hosts that the client may name, as they are now. */
  hosts: readonly string[];
}>;

export interface CallbackSender {
  /** POST once. Never rejects. Redirects are answers: nobody follows them. */
  post(url: string, message: CallbackMessage): Promise<CallbackAnswer>;
}
