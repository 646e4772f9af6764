/**
 * CPU that a piece of work cost this process, ms: all its threads, the garbage collector's too. On a busy machine the
 * clock on the wall would measure the neighbours.
 */
async function cpuOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Round after round, each contestant once: whatever disturbs the machine disturbs all of them.
 *
 * @returns CPU of each contestant in each round, ms
 */
export async function takeTurns<Name extends string>(
  contestants: Readonly<Record<Name, () => unknown>>,
  { warmUp, rounds }: Readonly<{ warmUp: number; rounds: number }>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const name of names) {
      const cpuMs = await cpuOf(contestants[name]);
      if (round >= warmUp) costs[name].push(cpuMs);
    }
  }
  return costs;
}

/** The median of the rounds' own ratios: both sides of each were measured within the same moment. */
export const ratioOf = (ours: readonly number[], bare: readonly number[]): number =>
  median(ours.map((cost, round) => cost / (bare[round] ?? Number.NaN)));

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Lines for people first, and last the one line for machines; `--json` prints that one alone. */
export function report(lines: readonly string[], json: Readonly<Record<string, unknown>>): void {
  if (!process.argv.includes("--json")) for (const line of lines) console.log(line);
  console.log(JSON.stringify(json));
}
