import { closest, distance } from "fastest-levenshtein";

/** Part of a word that may be wrong for another to be meant. */
const MAX_WRONG = 0.5;

/** The known word that was probably meant. `undefined`: none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word === "") return undefined;
  const begun = known.filter((one) => one.startsWith(word));
  const found = begun.length === 1 && begun[0] !== undefined ? begun[0] : closest(word, known);
  if (begun.includes(found)) return found;
  return distance(word, found) <= Math.max(1, Math.floor(Math.max(word.length, found.length) * MAX_WRONG))
    ? found
    : undefined;
}
