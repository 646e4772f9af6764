/**
 * 32 well-mixed bits that depend on the seed and the text alone: randomness that can be repeated.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/ FNV-1a; the closing steps are MurmurHash3's finaliser, without
 * which ids that differ in the last digit land side by side
 */
export function mix(seed: number, text: string): number {
  let bits = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The same bits as a number in [0, 1). */
export const fraction = (seed: number, text: string): number => mix(seed, text) / 2 ** 32;
