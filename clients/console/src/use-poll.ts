import { useEffect, useRef, useState } from "preact/hooks";
import { failureOf, waitMs } from "./failure.ts";

export type Polled<T> = Readonly<{
  data?: T;
  /** epoch ms of `data` */
  atMs?: number;
  /** Of the last try; absent once one has succeeded. */
  error?: unknown;
  /** Ask now. */
  refresh: () => void;
}>;

type Options<T> = Readonly<{
  /** Said once the key is refused. */
  onUnauthorized: (detail: string) => void;
  everyMs?: (data: T) => number;
}>;

const EVERY_MS = 2_000;

/**
 * Ask again and again while the page is seen, once at a time. A hidden page asks nothing; shown again it asks at once.
 *
 * @param what names what is asked for: with another one the old answer is forgotten
 */
export function usePoll<T>(what: string, load: (signal: AbortSignal) => Promise<T>, options: Options<T>): Polled<T> {
  const [state, setState] = useState<Readonly<{ what: string; data?: T; atMs?: number; error?: unknown }>>({ what });
  const latest = useRef({ load, options });
  latest.current = { load, options };
  const again = useRef(() => {});

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking: AbortController | undefined;
    let failures = 0;

    async function ask(): Promise<void> {
      clearTimeout(timer);
      asking?.abort();
      const mine = new AbortController();
      asking = mine;
      let everyMs = EVERY_MS;
      let failed: unknown;
      try {
        const data = await latest.current.load(mine.signal);
        if (mine.signal.aborted) return;
        failures = 0;
        everyMs = latest.current.options.everyMs?.(data) ?? EVERY_MS;
        setState({ what, data, atMs: Date.now() });
      } catch (error) {
        if (mine.signal.aborted) return;
        failures += 1;
        failed = error;
        const failure = failureOf(error);
        if (failure.kind === "unauthorized") return latest.current.options.onUnauthorized(failure.detail);
        setState((before) => ({ ...(before.what === what ? before : { what }), error }));
      }
      timer = setTimeout(() => document.hidden || ask(), waitMs(everyMs, failures, failed));
    }

    const onVisibility = (): void => {
      if (document.hidden) clearTimeout(timer);
      else void ask();
    };
    again.current = () => void ask();
    document.addEventListener("visibilitychange", onVisibility);
    void ask();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(timer);
      asking?.abort();
    };
  }, [what]);

  const known = state.what === what ? state : {};
  return { ...known, refresh: () => again.current() };
}
