import { CR, LF } from "./sink.ts";

/**
 * The same bytes with a line feed wherever a carriage return alone ends a line, as old spreadsheets write it. Their number stays
 * the same, so places in the file do too. Where no carriage return stands alone, nothing is copied.
 */
export async function* withLineFeeds(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isHeld = false; // a carriage return at the end of a chunk: what follows decides
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const bytes: Uint8Array = isHeld ? Buffer.concat([Uint8Array.of(CR), chunk]) : chunk;
    isHeld = bytes.at(-1) === CR;
    const whole = replaced(isHeld ? bytes.subarray(0, -1) : bytes);
    if (whole.length > 0) yield whole;
  }
  if (isHeld) yield Uint8Array.of(LF);
}

function replaced(bytes: Uint8Array): Uint8Array {
  let changed: Uint8Array | undefined;
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF) continue;
    changed ??= Uint8Array.from(bytes);
    changed[at] = LF;
  }
  return changed ?? bytes;
}
