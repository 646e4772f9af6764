/** What stands around each call of a port. `call` makes the real one. */
export type Around = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/**
 * Ports whose every call goes through `around`, under the name `port.method`. Every method has to return a promise.
 *
 * @example `intercept({ jobs }, async (name, call) => { names.push(name); return call(); })`
 */
export function intercept<Ports extends object>(ports: Ports, around: Around): Ports {
  const port = (name: string, methods: object): object =>
    new Proxy(methods, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) =>
          around(`${name}.${String(key)}`, async () => Reflect.apply(method, target, args));
      },
    });
  return new Proxy(ports, {
    get(target, key) {
      const methods: unknown = Reflect.get(target, key);
      return typeof methods === "object" && methods !== null ? port(String(key), methods) : methods;
    },
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}

/** A port that failed on command. */
class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * At which call of any port (from 0, counted over everything that shares `calls`) something fails: before or after the call
 * did what it does. `dies`: the whole process ends with it, so nothing of it reaches a port any more.
 */
export type CrashPoint = Readonly<{ at: number; when: "before" | "after"; dies: boolean }>;

/** A process that crashes once, at `point`. `calls`: the names of the calls that were made, of all who share it. */
export function crashAt(point: CrashPoint | undefined, calls: string[] = []) {
  let dead = false;
  const around: Around = async (name, call) => {
    if (dead) throw new Crash(`${name} by a dead process`);
    if (calls.push(name) - 1 !== point?.at) return call();
    dead = point.dies;
    if (point.when === "after") await call();
    throw new Crash(`${point.when} ${name}`);
  };
  return { around, calls, isDead: () => dead };
}

/** Every point at which a process that makes `calls` may crash. */
export const crashPoints = (calls: readonly string[]): readonly (CrashPoint & { name: string })[] =>
  calls.flatMap((name, at) =>
    (["before", "after"] as const).flatMap((when) => [true, false].map((dies) => ({ name, at, when, dies }))),
  );

/** A process that dies at the `nth` call (from 1) named `name`, before or after it did what it does. */
export function dyingAt(name: string, when: CrashPoint["when"], nth = 1) {
  let [dead, calls] = [false, 0];
  const around: Around = async (called, call) => {
    if (dead) throw new Crash(`${called} by a dead process`);
    if (called !== name || ++calls !== nth) return call();
    dead = true;
    if (when === "after") await call();
    throw new Crash(`${when} ${name}`);
  };
  return { around, isDead: () => dead };
}

/** Calls that wait until it is their turn: `run` lets them go one by one, `picks` says which. */
export function inTurns() {
  const waiting: (() => void)[] = [];
  const around: Around = async (_, call) => {
    await new Promise<void>((go) => waiting.push(go));
    return call();
  };
  /** @param picks which of those that wait goes next, over and over */
  const run = async (work: Promise<unknown>, picks: readonly number[]): Promise<void> => {
    let over = false;
    void work.finally(() => {
      over = true;
    });
    for (let turn = 0; !over; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      const pick = (picks[turn % Math.max(1, picks.length)] ?? 0) % Math.max(1, waiting.length);
      for (const go of waiting.splice(pick, 1)) go();
    }
  };
  return { around, run };
}
