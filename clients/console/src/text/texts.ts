/** A text in every language of the page, in the order of `LANGUAGES`. `{0}`, `{1}`: what is put in. */
export type Text = readonly [en: string, zh: string];
/** Texts by the words of answers. */
export type Texts = Readonly<Record<string, Text>>;
