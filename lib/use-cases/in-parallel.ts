/**
 * `work` on every item, at most `limit` at a time; results in the order of the items. The first failure rejects, once
 * nothing is under way any more: a function that has thrown may be frozen in the middle of a write.
 */
export async function inParallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries(); // one iterator: each worker takes the next item
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [i, item] of left) results[i] = await work(item, i);
  });
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return results;
}
