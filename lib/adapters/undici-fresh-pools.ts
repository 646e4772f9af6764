import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { readingOverContinue } from "./read-over-continue.ts";

export type FreshPoolsOptions = Readonly<{
  /** DNS, TCP and TLS together; undici counts it by the half second. @default 3000 */
  connectTimeoutMs?: number;
  /** Sockets unused for longer are not used again. @default 4000 */
  keepAliveMs?: number;
  /** Calls beyond so many wait for a socket, and so past their slot. @default no limit */
  connections?: number;
  /** wall clock, epoch ms */
  now: () => number;
}>;

/** 500 ids are 25 KB: more than this is not an answer. */
export const MAX_ANSWER_BYTES = 1_048_576;

/**
 * A pool that forgets its sockets after `keepAliveMs` without use, by the wall clock. undici counts idle time with a timer
 * that stops while a Lambda is frozen. A request on a socket that died meanwhile breaks after it was written, and its
 * receivers would be `unknown`.
 */
export function freshPools(
  origin: string,
  { now, connections, connectTimeoutMs = 3_000, keepAliveMs = 4_000 }: FreshPoolsOptions,
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
