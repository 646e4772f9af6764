import { because, type Reason } from "./reasons.ts";

/** The largest int64: user ids of the upstream are from 1 to this. */
const MAX_ID = 2n ** 63n - 1n;
const MAX_DIGITS = 19;
/** Of a wrong value, what its reason shows. */
const SHOWN = 40;

/**
 * Read one user id from text: plain decimal digits, nothing else. What a spreadsheet has rounded is refused, never guessed.
 *
 * @param text without white space around it
 * @returns the id, or what is wrong with it
 */
export function toId(text: string): bigint | Reason {
  if (/^[1-9][0-9]*$/.test(text)) {
    const id = text.length <= MAX_DIGITS ? BigInt(text) : undefined;
    return id !== undefined && id <= MAX_ID ? id : outOfRange(text);
  }
  if (text === "") return because("id-empty");
  if (/^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$/.test(text)) {
    return because("id-rounded", { text: shown(text) });
  }
  if (/^[0-9]+[.,]0*$/.test(text)) {
    return because("id-decimal", { text: shown(text) });
  }
  if (/^-[0-9]+$/.test(text) || text === "0") return outOfRange(text);
  return because("id-form", { text: shown(text) });
}

const outOfRange = (text: string): Reason => because("id-range", { text: shown(text), max: String(MAX_ID) });

const shown = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}…`);
