import type { RtcAnswer } from "../domain/rtc-answer.ts";
import type { OnBroken, Rtc } from "../ports/rtc.ts";
import { type Reading, readReply, writeRequest } from "../volcengine/envelope.ts";
import { retryAfterMs } from "../volcengine/retry-after.ts";
import { type Credentials, canonicalQuery, makeSigner } from "../volcengine/signature.ts";
import type { GetCredentials } from "./rtc-credentials.ts";
import { CallTimeout, NoCredentials, nameFailure, nameUnsent, SocketReady, TooLate } from "./undici-failure.ts";
import { type FreshPoolsOptions, freshPools, MAX_ANSWER_BYTES } from "./undici-fresh-pools.ts";
import { post } from "./undici-post.ts";

export type UndiciRtcOptions = FreshPoolsOptions &
  Readonly<{
    /** origin of the upstream, `https://rtc.volcengineapi.com` for mainland accounts */
    endpoint: string;
    /** of the signature, not of AWS: `cn-north-1`, `ap-southeast-1` */
    region: string;
    /** @default "rtc" */
    service?: string;
    /** Asked whenever a call is prepared, and for fresh ones when the upstream refused them: caching is the caller's. */
    credentials: GetCredentials;
    /** one `send` from signing to the last byte of the answer, the second attempt of a `clock` answer included; likewise one `prepare` */
    timeoutMs: number;
  }>;

type Call = Readonly<{
  body: Uint8Array;
  receivers: readonly string[];
  leaveByMs: number;
  onBroken?: OnBroken;
  trace?: string;
}>;

const QUERY = canonicalQuery([
  ["Action", "BatchSendMessage"],
  ["Version", "2020-12-01"],
]);

/**
 * The upstream over a keep-alive pool of HTTP/1.1 sockets.
 *
 * One `send` is one attempt. There are two exceptions, since nothing was sent then. An answer that our clock is off: it signs
 * once more with the server's clock (its Date header), and remembers the difference for the calls to come. An answer that our
 * keys are refused: it reads them again, and signs once more if they are others by now.
 */
export function undiciRtc(options: UndiciRtcOptions): Rtc & { close(): Promise<void> } {
  const { endpoint, region, service = "rtc", credentials, timeoutMs, now } = options;
  const { origin, host } = new URL(endpoint);
  const pools = freshPools(origin, options);
  const sign = makeSigner({ region, service });
  const request = { method: "POST", path: "/", query: QUERY, headers: { "content-type": "application/json", host } };
  const unsigned = { "accept-encoding": "identity" }; // what comes packed all the same is opened
  let serverAheadMs = 0;
  let keysAtHand: Credentials | undefined; // as they were when a call was last prepared

  const lateness = (leaveByMs: number): TooLate | undefined =>
    now() > leaveByMs ? new TooLate(`the socket was ready ${now() - leaveByMs} ms late`) : undefined;

  const told = <F extends Readonly<{ code: string }>>(
    onBroken: OnBroken | undefined,
    failure: F,
    cause: unknown,
  ): F => {
    onBroken?.(failure.code, cause);
    return failure;
  };

  const attempt = async (call: Call, keys: Credentials, deadline: AbortSignal): Promise<Reading> => {
    const { body, receivers, leaveByMs, onBroken, trace } = call;
    const signed = sign(request, body, keys, now() + serverAheadMs);
    const headers = { ...signed, ...unsigned, ...(trace !== undefined && { traceparent: trace }) };
    const mayLeave = () => lateness(leaveByMs);
    const exchange = await pools.use((pool) =>
      post(pool, { path: `/?${QUERY}`, headers, body, maxBytes: MAX_ANSWER_BYTES, mayLeave }, deadline),
    );
    if (exchange.kind === "broken")
      return told(onBroken, nameFailure(exchange.cause, exchange.written), exchange.cause);
    const { date, retryAfter } = exchange.headers;
    const pauseMs = retryAfterMs(retryAfter, date, now());
    const reading = readReply({ ...exchange.reply, retryAfterMs: pauseMs }, receivers);
    const serverMs = Date.parse(date ?? "");
    if (reading.kind === "clock" && !Number.isNaN(serverMs)) serverAheadMs = serverMs - now();
    return reading;
  };

  const attemptOnTime = async (call: Call, keys: Credentials, deadline: AbortSignal): Promise<RtcAnswer> => {
    const first = await attempt(call, keys, deadline);
    if (first.kind !== "clock") return first;
    const second = await attempt(call, keys, deadline);
    return second.kind === "clock" ? { ...second, kind: "refused", why: "credentials" } : second;
  };

  const readKeys = (deadline: AbortSignal, fresh = false): Promise<Credentials | NoCredentials> =>
    within(deadline, credentials(fresh)).catch((cause) => new NoCredentials("cannot get the keys", { cause }));

  const withDeadline = async <T>(work: (deadline: AbortSignal) => Promise<T>): Promise<T> => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new CallTimeout(`no answer in ${timeoutMs} ms`)), timeoutMs);
    try {
      return await work(deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    prepare: (onBroken) =>
      withDeadline(async (deadline) => {
        const keys = await readKeys(deadline);
        if (keys instanceof NoCredentials) return told(onBroken, nameUnsent(keys), keys);
        keysAtHand = keys;
        if (pools.hasFree()) return undefined;
        // A request gets as far as a connected socket, TLS included, and is then not written.
        const opening = {
          path: "/",
          headers: {},
          body: Buffer.alloc(0),
          maxBytes: MAX_ANSWER_BYTES,
          mayLeave: () => new SocketReady("it is open"),
        };
        const opened = await pools.use((pool) => post(pool, opening, deadline));
        if (opened.kind === "replied" || opened.cause instanceof SocketReady) return undefined;
        return told(onBroken, nameUnsent(opened.cause), opened.cause);
      }),

    send: (message, receivers, leaveByMs, onBroken, trace) =>
      withDeadline(async (deadline) => {
        const named = { ...(onBroken && { onBroken }), ...(trace !== undefined && { trace }) };
        const call = { body: Buffer.from(writeRequest(message, receivers)), receivers, leaveByMs, ...named };
        const keys = keysAtHand ?? (await readKeys(deadline));
        if (keys instanceof NoCredentials) return told(onBroken, nameUnsent(keys), keys);
        const answer = await attemptOnTime(call, keys, deadline);
        if (answer.kind !== "refused" || answer.why !== "credentials") return answer;
        const renewed = await readKeys(deadline, true);
        if (renewed instanceof NoCredentials || areSame(renewed, keys)) return answer;
        keysAtHand = renewed;
        return attemptOnTime(call, renewed, deadline);
      }),
    close: () => pools.close(),
  };
}

const areSame = (a: Credentials, b: Credentials): boolean =>
  a.accessKeyId === b.accessKeyId && a.secretAccessKey === b.secretAccessKey && a.sessionToken === b.sessionToken;

/** What `work` comes to, unless `deadline` aborts before. */
const within = <T>(deadline: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    if (deadline.aborted) reject(deadline.reason);
    deadline.addEventListener("abort", () => reject(deadline.reason), { once: true });
    work.then(resolve, reject);
  });
