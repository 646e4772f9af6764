/**
 * Work of the same name one after the other, within one process: two messages about one job that come together would
 * otherwise do the same twice.
 */
export function makeInTurn(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();

  return async function inTurn(name, work) {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(work); // whoever made it hears of its failure
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}
