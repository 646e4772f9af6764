import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Weather } from "./weather.ts";

/** One call of a function: it ends by itself, or from one moment on none of its code runs any more. */
export type Life = Readonly<{ name: string; process: number; isAlive(): boolean; die(): void }>;

export type Ending = "done" | "threw" | "died";

/** `mayOutlive`: at its time-out it may only be frozen, and wake up again. */
export type LifeOptions = Readonly<{ name: string; process: number; timeoutMs: number; mayOutlive?: boolean }>;

const LATENCY_MS = 12;
const LONGEST_PAUSE_MS = 60_000;
/** What a caller sees that the write happened, though it was told that it had not. */
const SEEN_BY_THE_WRITER: ReadonlySet<string> = new Set(["claim"]);
const READS: ReadonlySet<string> = new Set([
  "find",
  "look",
  "job",
  "read",
  "counts",
  "batches",
  "firsts",
  "batchAt",
  "due",
]);

/** Functions as Lambda runs them: they are slow, are killed, time out, and what they call fails them. */
export function makeLives(agenda: Agenda, weather: Weather, chance: Chance, tell: (line: string) => void) {
  let born = 0;
  const living = new Set<Life>();
  return { invoke, frail, someAlive: () => living.size > 0 };

  function invoke(
    { name, process, timeoutMs, mayOutlive = false }: LifeOptions,
    work: (life: Life) => Promise<void>,
  ): Promise<Ending> {
    return new Promise((resolve) => {
      const end = (how: Ending) => {
        living.delete(life);
        resolve(how);
      };
      let alive = true;
      const life: Life = {
        name: `${name}.${++born}`,
        process,
        isAlive: () => alive,
        die() {
          alive = false;
          tell(`${life.name} dies`);
          end("died");
        },
      };
      living.add(life);
      agenda.at(agenda.now() + timeoutMs, () => {
        if (!living.has(life)) return;
        if (mayOutlive && weather.strikes("outlived")) end("died");
        else life.die();
      });
      work(life).then(
        () => end("done"),
        () => end("threw"),
      );
    });
  }

  /** The same port as it is for somebody who may die at any call, and whom any call may fail. */
  function frail<Port extends object>(life: Life, port: Port): Port {
    return new Proxy(port, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== "function" || typeof name !== "string") return method;
        if (name === "list") return (...args: unknown[]) => pages(life, Reflect.apply(method, target, args));
        return (...args: unknown[]) => call(life, name, async () => Reflect.apply(method, target, args));
      },
    });
  }

  async function call(life: Life, name: string, effect: () => Promise<unknown>): Promise<unknown> {
    await pass(life, chance.between(1, LATENCY_MS));
    const own = name === "send" || name === "sleep"; // the upstream has its own failures, sleeping has none
    if (!own && weather.strikes("throttled")) throw new Error(`${name}: throttled`);
    let result = await effect();
    tell(`${life.name} ${name}${result === undefined || result === false ? ` ${result}` : ""}`);
    if (!own && !READS.has(name)) {
      if (weather.strikes("repeated")) {
        const second = await effect(); // the client repeats a write whose answer it did not get
        if (!SEEN_BY_THE_WRITER.has(name)) result = second;
      }
      if (weather.strikes("lost")) throw new Error(`${name}: timed out, and took effect`);
    }
    await pass(life, 0);
    return result;
  }

  async function* pages(life: Life, source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    for await (const page of source) {
      await pass(life, chance.between(1, LATENCY_MS));
      yield page;
    }
  }

  /** Time passes; whoever dies meanwhile never comes back. */
  async function pass(life: Life, ms: number): Promise<void> {
    const pause = weather.strikes("paused") ? chance.between(100, chance.oneOf([1_000, 20_000, LONGEST_PAUSE_MS])) : 0;
    if (ms + pause > 0) await agenda.sleep(ms + pause);
    if (weather.strikes("processKilled")) {
      for (const other of living) if (other.process === life.process) other.die();
    } else if (weather.strikes("killed")) life.die();
    if (!life.isAlive()) await new Promise(() => {});
  }
}

export type Lives = ReturnType<typeof makeLives>;
