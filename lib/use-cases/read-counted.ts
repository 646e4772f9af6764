import { isOneBatch, type Job } from "../domain/job.ts";
import { numbersIn } from "../domain/ranges.ts";
import { batchesInShares } from "../domain/shares.ts";
import { type Tally, tallyOf } from "../domain/tally.ts";
import type { Tallies } from "../ports/tallies.ts";

/** @returns which of the batches in a job's shares are counted */
export async function readCounted(tallies: Pick<Tallies, "read">, job: Job): Promise<(batch: number) => boolean> {
  if (isOneBatch(job) || job.shares.length === 0) return () => false;
  const numbers = [...new Set([...numbersIn(batchesInShares(job.shares))].map(tallyOf))];
  const found = await tallies.read(job.run, numbers);
  const byNumber = new Map<number, Tally>(numbers.flatMap((n, i) => (found[i] ? [[n, found[i]]] : [])));
  return (batch) => byNumber.get(tallyOf(batch))?.counted.has(batch) ?? false;
}
