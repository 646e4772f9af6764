import type { Id, Send } from "../../sdk/src/client.ts";
import { nearest } from "./command-line/nearest.ts";
import { WrongUse } from "./command-line/wrong-use.ts";
import type { Say } from "./texts/say.ts";

/** What is said, and the options of the job. `Receiver`: a file may name them too. */
export type Message = Omit<Send, "Receiver" | "Options"> &
  Readonly<{ Receiver?: readonly Id[]; Options: Readonly<Record<string, unknown>> }>;

type Fields = Readonly<Record<string, unknown>>;

const REQUIRED = ["AppId", "Sender", "MsgType", "Content"] as const;
const KNOWN = [...REQUIRED, "Receiver", "InboxType", "IsNormalUser", "Ext", "Options"];

/**
 * A request's body without its receivers, as BatchSendMessage has it. Numbers past 2^53 become strings: exact to the last digit.
 *
 * @throws {WrongUse} if it is no JSON object, or has a field that nobody knows
 */
export function parseMessage(text: string, file: string, say: Say): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""), exact);
  } catch (error) {
    throw new WrongUse(say("message.json", { file, detail: error instanceof Error ? error.message : "" }));
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new WrongUse(say("message.object", { file }));
  }
  for (const field of Object.keys(parsed)) {
    if (KNOWN.includes(field)) continue;
    const meant = nearest(field, KNOWN);
    const hint = meant === undefined ? KNOWN.join(", ") : say("wrong.meant", { meant });
    throw new WrongUse(`${say("message.field", { file, field })}${say("text.join")}${hint}`);
  }
  return parsed as Fields;
}

/**
 * Put a message together: what the options say goes before what the file says.
 *
 * @throws {WrongUse} naming every part that is missing
 */
export function toMessage(fromFile: Fields, given: Fields, options: Fields, say: Say): Message {
  const inFile = fromFile["Options"];
  const merged = { ...fromFile, ...given };
  const missing = REQUIRED.filter((field) => merged[field] === undefined);
  if (missing.length > 0) {
    const names = missing.map((field) => `--${field.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`);
    throw new WrongUse(say("message.missing", { names: names.join(", ") }));
  }
  return { ...(merged as Omit<Message, "Options">), Options: { ...(isFields(inFile) ? inFile : {}), ...options } };
}

/** @see ECMAScript proposal "JSON.parse source text access", part of V8 since 11.4 */
function exact(_key: string, value: unknown, context?: Readonly<{ source?: string }>): unknown {
  const isRounded = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && /^-?[0-9]+$/.test(context?.source ?? "") ? context?.source : value;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
