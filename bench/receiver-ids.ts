const LARGEST = 2n ** 63n - 1n;

/** One in so many is a copy of an earlier one, as lists from life have it. */
const COPY_EVERY = 1_000;

/**
 * A list of user ids with that many digits each, unsorted, a few of them twice. The same list every time.
 *
 * @param digits 2 to 19
 */
export function receiverIds(count: number, digits: number): string[] {
  const least = 10n ** BigInt(digits - 1);
  const beyond = digits === 19 ? LARGEST + 1n : least * 10n;
  const ids: string[] = [];
  let state = 1n;
  for (let i = 0; i < count; i++) {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n); // Knuth's MMIX generator
    const copied = i % COPY_EVERY === COPY_EVERY - 1 ? ids[i >> 1] : undefined;
    ids.push(copied ?? String(least + (state % (beyond - least))));
  }
  return ids;
}
