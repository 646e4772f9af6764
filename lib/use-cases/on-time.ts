import type { TokenBucket } from "../ports/token-bucket.ts";

export type OnTime = Readonly<{
  isClockOff: () => boolean;
  now: () => number;
  /** Told of every reservation that was not made. */
  onRefused: () => void;
}>;

/** Who is told that the clock is off asks again after this: some other process has the task by then, or the clock is set. */
const ASK_AGAIN_MS = 10_000;

/**
 * A bucket that grants nothing while this process's clock is off: slots are times, and who reads them from a wrong clock
 * sends early, or tells all others a time to come. The reservation itself may be what tells; its tokens then stay spent.
 */
export function onTime<Bucket extends TokenBucket>(bucket: Bucket, { isClockOff, now, onRefused }: OnTime): Bucket {
  return {
    ...bucket,
    async reserve(account, ask) {
      if (isClockOff()) return refuse();
      const answer = await bucket.reserve(account, ask);
      return isClockOff() ? refuse() : answer;
    },
  };

  function refuse() {
    onRefused();
    return { kind: "wait", untilMs: now() + ASK_AGAIN_MS, why: "held" } as const;
  }
}
