import { LANGUAGES, type Language } from "../session.ts";
import type { Text, Texts } from "./texts.ts";

/** Says a text in the language of the page, with values where it has `{0}`, `{1}`, … */
export type Say = (text: Text, ...values: readonly (string | number)[]) => string;

export const sayIn =
  (language: Language): Say =>
  (text, ...values) =>
    `${text[LANGUAGES.indexOf(language)]}`.replace(/\{(\d)\}/g, (_, place: string) => `${values[Number(place)]}`);

/** A word of an answer: as it is where the page has no text for it. */
export function sayWord(say: Say, texts: Texts, word: string): string {
  const text = texts[word];
  return text ? say(text) : word;
}

/** As `Intl` and the attribute `lang` name the language. */
export const TAGS: Readonly<Record<Language, string>> = { en: "en", zh: "zh-CN" };
