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
export function toId(text: string): bigint | string {
  if (/^[1-9][0-9]*$/.test(text)) {
    const id = text.length <= MAX_DIGITS ? BigInt(text) : undefined;
    return id !== undefined && id <= MAX_ID ? id : `${shown(text)} must be from 1 to ${MAX_ID}`;
  }
  if (text === "") return "the user id is empty";
  if (/^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$/.test(text)) {
    return `${shown(text)} was rounded by a spreadsheet: its digits are lost; save the column as text`;
  }
  if (/^[0-9]+[.,]0*$/.test(text)) {
    return `${shown(text)} has a decimal point, as a spreadsheet adds it: its digits may be rounded; save the column as text`;
  }
  if (/^-[0-9]+$/.test(text) || text === "0") return `${shown(text)} must be from 1 to ${MAX_ID}`;
  return `${shown(text)} must be written as plain decimal digits without leading zeros`;
}

const shown = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}…`);
