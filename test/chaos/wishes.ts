import type { JobRequest } from "../../lib/domain/job-request.ts";
import type { SendWindow } from "../../lib/domain/send-window.ts";
import type { Chance } from "./chance.ts";
import { MINUTE_MS, type Settings } from "./settings.ts";
import type { Action } from "./workload.ts";

/** A job that somebody wants done, and what he does about it. */
export type Wish = Readonly<{
  request: JobRequest;
  /** Another request that somebody makes under the same key. */
  rival?: JobRequest;
  key: string | undefined;
  /** Tries at asking; who has no key asks once. */
  patience: number;
  postAtMs: number;
  rivalAtMs: number;
  /** After it was asked for, ms. */
  control: readonly Readonly<{ action: Action; afterMs: number }>[];
  readsAfterMs: readonly number[];
  retry: boolean;
}>;

/** A schedule has one very long list at the most. */
export function makeWish(chance: Chance, n: number, nowMs: number, { create, asks }: Settings): Wish {
  const { maxBatch, bulkBatchSize } = create;
  const count = chance.oneOf([
    () => chance.between(1, maxBatch),
    () => chance.between(1, maxBatch),
    () => chance.between(maxBatch + 1, maxBatch + 4 * bulkBatchSize),
    () => (bulkBatchSize === 1 && n === 0 ? chance.between(101, 230) : chance.between(maxBatch + 1, 60)),
  ])();
  const from = 1_000_000_000_000_000_000n * BigInt(chance.between(0, 8)) + BigInt(10_000 * n + chance.between(1, 99));
  const postAtMs = nowMs + chance.between(0, MINUTE_MS);
  const notBeforeMs = chance.happens(0.15) ? postAtMs + chance.between(2_000, 5 * MINUTE_MS) : undefined;
  const expiresWithinMs = chance.oneOf([MINUTE_MS, 8 * MINUTE_MS]);
  const drawnRate = chance.happens(0.15) ? chance.between(20, 200) : undefined;
  const maxPerMinute = asks.maxPerMinute ?? drawnRate;
  const isSmall = count <= Math.min(maxBatch, maxPerMinute ?? maxBatch);
  const request: JobRequest = {
    message: { AppId: 7, Sender: "9007199254740993", MsgType: 10001, Content: `saying ${n}` },
    receivers: BigUint64Array.from({ length: count }, (_, i) => from + BigInt(i)),
    duplicatesDropped: 0,
    options: {
      delivery: chance.oneOf(["at-most-once", "at-least-once"]),
      dryRun: false,
      ...(isSmall && chance.happens(0.5) && { lane: maxPerMinute ? "bulk" : chance.oneOf(["express", "bulk"]) }),
      ...(maxPerMinute !== undefined && { maxPerMinute }),
      ...(chance.happens(0.2) && { sendWindow: makeWindow(chance, nowMs) }),
      ...(chance.happens(0.2) && {
        pauseAfterFailures: { percent: chance.oneOf([1, 30, 100]), of: chance.between(1, 20) },
      }),
      ...(notBeforeMs !== undefined && { notBeforeMs }),
      ...(chance.happens(0.2) && { expiresAtMs: (notBeforeMs ?? postAtMs) + chance.between(5_000, expiresWithinMs) }),
      ...asks,
    },
  };
  const key = chance.happens(0.85) ? `wish${n}` : undefined;
  const rivals = key !== undefined && chance.happens(0.25);
  return {
    request,
    ...(rivals && { rival: { ...request, receivers: request.receivers.map((id) => id + 5_000n) } }),
    key,
    patience: chance.oneOf([1, 8, 30]),
    postAtMs,
    rivalAtMs: postAtMs + chance.between(-50, chance.oneOf([50, 60_000])),
    control: Array.from({ length: chance.happens(0.6) ? chance.between(1, 5) : 0 }, () => ({
      action: chance.oneOf<Action>(["pause", "resume", "pause", "resume", "resume", "cancel"]),
      afterMs: chance.between(0, chance.oneOf([5_000, MINUTE_MS, 8 * MINUTE_MS])),
    })).flatMap((one) => {
      if (one.action === "cancel" || !chance.happens(0.5)) return [one];
      const opposite = one.action === "pause" ? ("resume" as const) : ("pause" as const);
      return [one, { action: opposite, afterMs: one.afterMs + chance.between(0, 40) }];
    }),
    readsAfterMs: Array.from({ length: chance.between(0, 5) }, () => chance.between(0, 15 * MINUTE_MS)),
    retry: chance.happens(0.3),
  };
}

/**
 * The same wishes, of which some go to receivers of an earlier one too, and ask to leave them out. Drawn apart, so that all else
 * of a schedule stays as it is.
 *
 * @param idOf the job of a key
 */
export function withExcepts(
  wishes: readonly Wish[],
  chance: Chance,
  excepts: number,
  idOf: (key: string) => string,
): readonly Wish[] {
  return wishes.map((wish, n) => {
    const earlier = wishes[chance.between(0, n - 1)];
    const isAsked = chance.happens(excepts) && n > 0 && wish.request.options.lane === undefined;
    if (!isAsked || earlier?.key === undefined) return wish;
    const { receivers: before } = earlier.request;
    const own = wish.request.receivers;
    const both = BigUint64Array.from(new Set([...own, ...before.filter(() => chance.happens(0.5))])).sort();
    const some = own.filter(() => chance.happens(0.1));
    const except = { jobs: [idOf(earlier.key)], receivers: some.length < own.length ? some : new BigUint64Array() };
    const request = { ...wish.request, receivers: both, options: { ...wish.request.options, except } };
    return { ...wish, request, postAtMs: earlier.postAtMs + chance.between(5_000, MINUTE_MS) };
  });
}

/** Closed once in the schedule, for some minutes. */
function makeWindow(chance: Chance, nowMs: number): SendWindow {
  const closesMs = nowMs + chance.between(0, 6) * MINUTE_MS;
  const at = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  return { from: at(closesMs + chance.between(1, 8) * MINUTE_MS), to: at(closesMs), timeZone: "UTC" };
}
