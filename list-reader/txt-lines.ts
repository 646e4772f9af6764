import { toId } from "./id-text.ts";
import { because, type Reason } from "./reasons.ts";
import { CR, LF, type Sink } from "./sink.ts";
import type { TakeLines } from "./take-lines.ts";

/** One number whose digits stand in groups, or several short numbers: nobody can tell. Spaces of every kind but the tab. */
const GROUPED = /(?:^|[^0-9])[0-9]{1,3}[,\p{Zs}][0-9]{3}(?![0-9])/u;

/** Text: an id a line, or several with commas, semicolons or white space between them. */
export const takeTxtLines: TakeLines = (bytes, sink) => {
  for (let from = 0; ; ) {
    let end = sink.digits(bytes, from);
    if (end !== -1 && bytes[end] === CR) end++;
    if (end !== -1 && bytes[end] === LF) {
      sink.commit();
      sink.nextLine();
      from = end + 1;
      continue;
    }
    end = bytes.indexOf(LF, from);
    if (end === -1) return from;
    sink.nextLine();
    takeLine(bytes.subarray(from, end), sink);
    from = end + 1;
  }
};

function takeLine(bytes: Uint8Array, sink: Sink): void {
  const text = sink.textOf(bytes);
  if (text === undefined) return;
  const wrong = reasonOf(text.trim());
  if (wrong === undefined) for (const value of valuesIn(text)) sink.takeId(value, text);
  else sink.refuse(text, wrong);
}

const valuesIn = (text: string): string[] => text.split(/[,;\s]+/).filter((value) => value !== "");

/** One wrong value spoils its line: nobody is sent a message by half a line. */
function reasonOf(line: string): Reason | undefined {
  if (GROUPED.test(line)) return because("may-be-groups");
  return valuesIn(line)
    .map(toId)
    .find((id) => typeof id !== "bigint");
}
