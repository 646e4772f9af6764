/** A text in every language of the page, in the order of `LANGUAGES`. `{0}`, `{1}`: what is put in. */
export type Texts = Readonly<Record<string, readonly [en: string, zh: string]>>;
