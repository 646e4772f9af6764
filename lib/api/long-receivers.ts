import { joinIds, type Receivers } from "../domain/receivers.ts";
import { MAX_ID } from "../volcengine/limits.ts";

/** Where the list begins. Inside a string its quotes would be escaped. */
const LIST = /"Receiver"[ \t\n\r]*:[ \t\n\r]*\[/g;
/** JSON's whole numbers from 1, of up to 19 digits, with the white space JSON allows around them. */
const IDS = /^[ \t\n\r]*[1-9][0-9]{0,18}[ \t\n\r]*(?:,[ \t\n\r]*[1-9][0-9]{0,18}[ \t\n\r]*)*$/;

/** Shorter ids fit a double: the native parser reads those faster. */
const LONG_ID = /[0-9]{16}/;
/** Characters of the list read at once. Their garbage is collected before the memory is needed again. */
const PIECE = 16_384;

/** Stands in the body for the list that was cut out. No user id: refused where a client sends it. */
const STAND_IN = "receivers";

/**
 * Read the receivers of a body straight from its text if they are long, and leave the body without them. The lossless
 * parser would make half a million texts and BigInts that all live at once: twice the time, and 60 MB instead of 20.
 *
 * It looks at the list alone. The caller has to check that `rest` is JSON, and by {@link isStandIn} what its `Receiver` is.
 *
 * @returns the ids as they come, or `undefined` if they are short, or not all of them plain numbers from 1 to 2^63-1
 */
export function cutOutReceivers(body: string): Readonly<{ ids: Receivers; rest: string }> | undefined {
  const list = [...body.matchAll(LIST)].at(-1); // of a key given twice the last value stands
  if (list === undefined) return undefined;
  const start = list.index + list[0].length;
  const end = body.indexOf("]", start);
  if (end === -1 || !LONG_ID.test(middleOf(body, start, end))) return undefined;

  const pieces: Receivers[] = [];
  for (let from = start; from <= end; ) {
    const comma = body.indexOf(",", from + PIECE);
    const to = comma === -1 || comma > end ? end : comma;
    const ids = readPiece(body.slice(from, to));
    if (ids === undefined) return undefined;
    pieces.push(ids);
    from = to + 1;
  }
  return { ids: joinIds(pieces), rest: `${body.slice(0, start)}"${STAND_IN}"${body.slice(end)}` };
}

export const isStandIn = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 1 && value[0] === STAND_IN;

/** A hundred characters: enough to hold a whole id. */
function middleOf(body: string, start: number, end: number): string {
  const middle = (start + end) >> 1;
  return body.slice(Math.max(start, middle - 50), Math.min(middle + 50, end));
}

function readPiece(piece: string): Receivers | undefined {
  if (!IDS.test(piece)) return undefined;
  const texts = piece.split(",");
  const ids = new BigUint64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const id = BigInt(texts[i] ?? "");
    if (id > MAX_ID) return undefined;
    ids[i] = id;
  }
  return ids;
}
