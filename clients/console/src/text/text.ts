import { LANGUAGES, type Language } from "../session.ts";
import { JOB } from "./job.ts";
import { PAGE } from "./page.ts";
import { QUOTA } from "./quota.ts";
import { SEND } from "./send.ts";

/** Everything the page says. */
export const CATALOGUE = { ...PAGE, ...JOB, ...QUOTA, ...SEND };
export type TextKey = keyof typeof CATALOGUE;

/** Says a text of the catalogue, with values where it has `{0}`, `{1}`, … */
export type Say = (key: TextKey, ...values: readonly (string | number)[]) => string;

export const sayIn =
  (language: Language): Say =>
  (key, ...values) =>
    CATALOGUE[key][LANGUAGES.indexOf(language)]?.replace(
      /\{(\d)\}/g,
      (_, place: string) => `${values[Number(place)] ?? ""}`,
    ) ?? key;

/** A text whose key is made of an answer: the word of the answer itself where the catalogue has none. */
export const sayWord = (say: Say, prefix: string, word: string): string =>
  `${prefix}.${word}` in CATALOGUE ? say(`${prefix}.${word}` as TextKey) : word;

/** As `Intl` and the attribute `lang` name the language. */
export const TAGS: Readonly<Record<Language, string>> = { en: "en", zh: "zh-CN" };
