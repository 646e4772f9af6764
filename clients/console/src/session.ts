/** What one tab remembers. The key is gone with the tab; no other site and no other tab can read it. */

const KEY = "volley.key";
const LANGUAGE = "volley.language";

export const readKey = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function keepKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What was chosen, or else the first language of the reader's that we write. */
export function readLanguage(): Language {
  const chosen = localStorage.getItem(LANGUAGE);
  const wanted = [chosen ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((one) => one === wanted.find((tag) => LANGUAGES.some((known) => known === tag))) ?? "en";
}
export const keepLanguage = (language: Language): void => localStorage.setItem(LANGUAGE, language);
