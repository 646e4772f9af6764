import { because, type Reason } from "./reasons.ts";
import { CR, LF, type Sink } from "./sink.ts";
import type { TakeLines } from "./take-lines.ts";

const QUOTE = 0x22;
const CLOSE = 0x7d;

/** A number as it stood in the text: a double would round it. */
type Source = Readonly<{ source: string }>;

/** NDJSON: a line is a whole number, a decimal string, or an object with one of them in the field `column`. */
export function ndjsonLines(column: string): TakeLines {
  /** How an object of this field alone begins. */
  const opening = Buffer.from(`{${JSON.stringify(column)}:`);

  return (bytes, sink) => {
    for (let from = 0; ; ) {
      const plain = takePlain(bytes, from, sink);
      if (plain !== -1) {
        from = plain;
        continue;
      }
      const end = bytes.indexOf(LF, from);
      if (end === -1) return from;
      sink.nextLine();
      takeLine(bytes.subarray(from, end), sink);
      from = end + 1;
    }
  };

  /** @returns where the next line begins; -1 if this one is written in another way, or is not whole */
  function takePlain(bytes: Uint8Array, from: number, sink: Sink): number {
    let at = from;
    const isObject = startsWith(bytes, from, opening);
    if (isObject) at += opening.length;
    const isText = bytes[at] === QUOTE;
    let end = sink.digits(bytes, isText ? at + 1 : at);
    if (end === -1) return -1;
    if (isText && bytes[end++] !== QUOTE) return -1;
    if (isObject && bytes[end++] !== CLOSE) return -1;
    if (bytes[end] === CR) end++;
    if (bytes[end] !== LF) return -1;
    sink.commit();
    sink.nextLine();
    return end + 1;
  }

  function takeLine(bytes: Uint8Array, sink: Sink): void {
    const text = sink.textOf(bytes);
    if (text === undefined) return;
    if (text.trim() === "") return;
    const value = valueIn(text, column);
    if ("code" in value) sink.refuse(text, value);
    else sink.takeId(value.source, text);
  }
}

function startsWith(bytes: Uint8Array, from: number, opening: Uint8Array): boolean {
  for (let i = 0; i < opening.length; i++) if (bytes[from + i] !== opening[i]) return false;
  return true;
}

function valueIn(text: string, column: string): Source | Reason {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, keepNumbers);
  } catch {
    return because("not-json");
  }
  const value = isPlain(parsed) ? parsed[column] : parsed;
  if (typeof value === "string") return { source: value };
  if (isSource(value)) return value;
  if (isPlain(parsed) && !Object.hasOwn(parsed, column)) return because("no-field", { field: column });
  return because("json-type");
}

const SOURCE = Symbol("source");

/** @see ECMAScript proposal "JSON.parse source text access", part of V8 since 11.4 */
function keepNumbers(_key: string, value: unknown, context?: Readonly<{ source?: string }>): unknown {
  return typeof value === "number" ? { [SOURCE]: true, source: context?.source ?? String(value) } : value;
}

const isSource = (value: unknown): value is Source => typeof value === "object" && value !== null && SOURCE in value;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isSource(value);
