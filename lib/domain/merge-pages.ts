/** One page of one shard, in order. `stoppedAt`: the place of the last item that was looked at, if more may follow. */
export type Page<T, P> = Readonly<{ items: readonly T[]; stoppedAt?: P }>;

/** Where an item stands in the order, and whether one place comes before another. Places may be equal. */
export type Order<T, P> = Readonly<{ placeOf: (item: T) => P; isBefore: (a: P, b: P) => boolean }>;

/**
 * Merge one page of each shard, as far as the order is certain: a shard that was not read to its end may hold anything
 * behind the place where its reading stopped, so the merged page ends at the first such place.
 *
 * @param limit at most this many items
 * @returns `next`, if more may follow: everything up to and including that place is in `items`, or was not wanted
 */
export function mergePages<T, P>(
  pages: readonly Page<T, P>[],
  { placeOf, isBefore }: Order<T, P>,
  limit: number,
): Readonly<{ items: readonly T[]; next?: P }> {
  let end: P | undefined;
  for (const { stoppedAt } of pages) {
    if (stoppedAt !== undefined && (end === undefined || isBefore(stoppedAt, end))) end = stoppedAt;
  }
  const certain = pages
    .flatMap(({ items }) => items.map((item) => ({ item, place: placeOf(item) })))
    .filter(({ place }) => end === undefined || !isBefore(end, place))
    .sort((a, b) => Number(isBefore(b.place, a.place)) - Number(isBefore(a.place, b.place)));
  const items = certain.slice(0, limit).map(({ item }) => item);
  const next = certain.length > limit ? certain[limit - 1]?.place : end;
  return { items, ...(next !== undefined && { next }) };
}
