import type { Say } from "../texts/say.ts";
import { WrongUse } from "./wrong-use.ts";

/** @throws {WrongUse} for what is no whole number in these bounds */
export function toWhole(
  option: string,
  text: string,
  say: Say,
  { min = 1, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new WrongUse(say("wrong.whole", { option, value: text, min: String(min), max: String(max) }));
}

/** A user id as it is plainly written. Volley alone knows whether it is in the range. @throws {WrongUse} */
export function toUserId(option: string, text: string, say: Say): string {
  if (/^[1-9][0-9]{0,18}$/.test(text)) return text;
  throw new WrongUse(say("wrong.user", { option, value: text.slice(0, 40) }));
}
