const STRING = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*"`;
/** Whole, and not as a key: any other stays as it is, and the parser refuses it. @see RFC 8259 section 6 */
const NUMBER = String.raw`-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9]|[ \t\n\r]*:)`;
/** A number and all that stands before it. Each match begins where the last one ended: a digit inside a string is no number. */
const UP_TO_NUMBER = new RegExp(`((?:${STRING}|[^"0-9-])*)(${NUMBER})`, "gy");

/**
 * Parse JSON whose numbers are ids: each comes back as the text it was written with, so that no digit is lost. Of a key given
 * twice the last value stands. Numbers are put in quotes first: for an answer with 500 message ids that takes half the time of
 * a reviver.
 *
 * @throws {SyntaxError} if it is not JSON
 */
export const parseDigits = (text: string): unknown => JSON.parse(text.replace(UP_TO_NUMBER, '$1"$2"'));
