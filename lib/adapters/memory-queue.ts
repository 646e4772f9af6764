export type Queued<T> = Readonly<{ id: number; body: T }>;

/** A queue of one process, with what SQS does about a message that nobody deletes. */
export type MemoryQueue<T> = Readonly<{
  put(body: T, delaySeconds: number): void;
  /** The message that has been visible the longest; it hides for a while and comes again unless it is removed. */
  receive(wanted?: (body: T) => boolean): Queued<T> | undefined;
  remove(id: number): void;
  /** Let a received message come again after this many seconds. */
  hide(id: number, seconds: number): void;
  /** Lose everything. */
  purge(): void;
  /** When the next message can be seen. `undefined`: there is none. */
  nextAtMs(): number | undefined;
}>;

/** @param visibilityMs how long a received message hides */
export function memoryQueue<T>(now: () => number, visibilityMs: number): MemoryQueue<T> {
  const queued = new Map<number, Queued<T> & { visibleAtMs: number }>();
  let made = 0;
  const inOrder = () => [...queued.values()].sort((a, b) => a.visibleAtMs - b.visibleAtMs || a.id - b.id);

  return {
    put(body, delaySeconds) {
      assertDelay(delaySeconds);
      const id = ++made;
      queued.set(id, { id, body, visibleAtMs: now() + delaySeconds * 1000 });
    },

    receive(wanted = () => true) {
      const found = inOrder().find(({ visibleAtMs, body }) => visibleAtMs <= now() && wanted(body));
      if (!found) return undefined;
      found.visibleAtMs = now() + visibilityMs;
      return { id: found.id, body: found.body };
    },

    remove(id) {
      queued.delete(id);
    },

    hide(id, seconds) {
      const found = queued.get(id);
      if (found) found.visibleAtMs = now() + seconds * 1000;
    },

    purge() {
      queued.clear();
    },

    nextAtMs: () => inOrder()[0]?.visibleAtMs,
  };
}

/** @throws {RangeError} where SQS refuses */
export function assertDelay(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= 900) return;
  throw new RangeError(`SQS takes a delay of 0 to 900 whole seconds, not ${seconds}`);
}
