import { EN } from "./en.ts";
import { ZH } from "./zh.ts";

export type Texts = typeof EN;
export type TextKey = keyof Texts;
export type Language = "en" | "zh";

/**
 * A text of the catalogue with its places filled in. Numbers get separators; what must not has to be a string.
 * `{count:job|jobs}` is a number and the word that goes with it.
 */
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en: EN, zh: ZH };
const PLACE = /\{(\w+)(?::([^|}]+)\|([^}]+))?\}/g;
const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

export const formatNumber = (value: number): string => NUMBER.format(value);

export function sayIn(language: Language): Say {
  const texts = CATALOGUES[language];
  return (key, values = {}) =>
    texts[key].replaceAll(PLACE, (place, name: string, one?: string, many?: string) => {
      const value = values[name];
      if (typeof value !== "number") return value ?? place;
      return one === undefined ? formatNumber(value) : `${formatNumber(value)} ${value === 1 ? one : many}`;
    });
}

/** Time in words: two units at most. @param seconds not negative */
export function sayDuration(say: Say, seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return say("time.s", { s: whole });
  if (whole < 3_600) return say("time.min", { min: Math.floor(whole / 60), s: whole % 60 });
  return say("time.h", { h: Math.floor(whole / 3_600), min: Math.floor((whole % 3_600) / 60) });
}
