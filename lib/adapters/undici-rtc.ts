import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";
import type { OnBroken, Rtc } from "../ports/rtc.ts";
import { type Reading, readReply, writeRequest } from "../volcengine/envelope.ts";
import { retryAfterMs } from "../volcengine/retry-after.ts";
import { type Credentials, canonicalQuery, makeSigner } from "../volcengine/signature.ts";
import { readingOverContinue } from "./read-over-continue.ts";
import { CallTimeout, NoCredentials, nameFailure, nameUnsent, SocketReady, TooLate } from "./undici-failure.ts";
import { post } from "./undici-post.ts";

export type UndiciRtcOptions = Readonly<{
  /** origin of the upstream, `https://rtc.volcengineapi.com` for mainland accounts */
  endpoint: string;
  /** of the signature, not of AWS: `cn-north-1`, `ap-southeast-1` */
  region: string;
  /** @default "rtc" */
  service?: string;
  /** Asked whenever a call is prepared, so that a rotated key is picked up: caching is the caller's. */
  credentials: () => Promise<Credentials>;
  /** one `send` from signing to the last byte of the answer, the second attempt of a `clock` answer included; likewise one `prepare` */
  timeoutMs: number;
  /** DNS, TCP and TLS together; undici counts it by the half second. @default 3000 */
  connectTimeoutMs?: number;
  /** Sockets unused for longer are not used again. @default 4000 */
  keepAliveMs?: number;
  /** Calls beyond so many wait for a socket, and so past their slot. @default no limit */
  connections?: number;
  /** wall clock, epoch ms */
  now: () => number;
}>;

type Call = Readonly<{ body: Uint8Array; receivers: string; leaveByMs: number; onBroken?: OnBroken; trace?: string }>;

/** 500 ids are 25 KB: more than this is not an answer. */
const MAX_ANSWER_BYTES = 1_048_576;

const QUERY = canonicalQuery([
  ["Action", "BatchSendMessage"],
  ["Version", "2020-12-01"],
]);

/**
 * The upstream over a keep-alive pool of HTTP/1.1 sockets.
 *
 * One `send` is one attempt. The exception is an answer that our clock is off: nothing was sent then, so it signs once
 * more with the server's clock (its Date header), and remembers the difference for the calls to come.
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

  const attempt = async (call: Call, deadline: AbortSignal): Promise<Reading> => {
    const { body, receivers, leaveByMs, onBroken, trace } = call;
    const keys = keysAtHand ?? (await readKeys(deadline));
    if (keys instanceof NoCredentials) return told(onBroken, nameUnsent(keys), keys);
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

  const readKeys = (deadline: AbortSignal): Promise<Credentials | NoCredentials> =>
    within(deadline, credentials()).catch((cause) => new NoCredentials("cannot get the keys", { cause }));

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
        const first = await attempt(call, deadline);
        if (first.kind !== "clock") return first;
        const second = await attempt(call, deadline);
        return second.kind === "clock" ? { ...second, kind: "refused", why: "credentials" } : second;
      }),
    close: () => pools.close(),
  };
}

/** What `work` comes to, unless `deadline` aborts before. */
const within = <T>(deadline: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    if (deadline.aborted) reject(deadline.reason);
    deadline.addEventListener("abort", () => reject(deadline.reason), { once: true });
    work.then(resolve, reject);
  });

/**
 * A pool that forgets its sockets after `keepAliveMs` without use, by the wall clock. undici counts idle time with a timer
 * that stops while a Lambda is frozen. A request on a socket that died meanwhile breaks after it was written, and its
 * receivers would be `unknown`.
 */
function freshPools(
  origin: string,
  { now, connections, connectTimeoutMs = 3_000, keepAliveMs = 4_000 }: UndiciRtcOptions,
) {
  const open = () =>
    new Pool(origin, {
      connections: connections ?? null,
      connect: readingOverContinue(buildConnector({ timeout: connectTimeoutMs, allowH2: false })),
      keepAliveTimeout: keepAliveMs,
      allowH2: false, // HTTP/2 would gather the calls on one connection, and may repeat a refused stream by itself
      headersTimeout: 0, // the deadline of the call covers both, to the millisecond
      bodyTimeout: 0,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  let pool = open();
  let usedMs = now();
  const inFlight = new Set<Promise<unknown>>();
  const isOld = () => inFlight.size === 0 && now() - usedMs > keepAliveMs;
  return {
    /** Whether there is a socket without a call. */
    hasFree: (): boolean => !isOld() && pool.stats.free > 0,
    async use<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
      if (isOld()) {
        void pool.destroy();
        pool = open();
      }
      const task = work(pool);
      inFlight.add(task);
      try {
        return await task;
      } finally {
        inFlight.delete(task);
        usedMs = now();
      }
    },
    /** pool.close() would wait for sockets that are still being opened for calls given up long ago. */
    async close(): Promise<void> {
      await Promise.allSettled(inFlight);
      await pool.destroy();
    },
  };
}
