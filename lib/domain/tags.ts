/** What a client calls a job, to find it again. Kept as it is given. */
export type Tags = Readonly<Record<string, string>>;

export const MAX_TAGS = 10;

/** 1 to 100 characters, no control characters or line ends, no white space at either end: equal labels look equal. */
export const LABEL = /^(?!\s)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,100}(?<!\s)$/u;
export const LABEL_FORM = "must have 1 to 100 printable characters, and no space at either end";

export const TAG_KEY = /^[A-Za-z0-9._:/-]{1,64}$/;
export const TAG_KEY_FORM = "must have a key of 1 to 64 characters of A-Z a-z 0-9 . _ : / -";

export const TAG_VALUE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{0,256}$/u;
export const TAG_VALUE_FORM = "must have up to 256 printable characters";

/** One way to read `key:value`. */
type Tag = Readonly<{ key: string; value: string }>;

/** Every way to read `key:value`: both may hold colons. Empty: it is no tag. */
export function readTag(text: string): readonly Tag[] {
  const parts = text.split(":");
  const all = parts.slice(1).map(
    (_, i): Tag => ({
      key: parts.slice(0, i + 1).join(":"),
      value: parts.slice(i + 1).join(":"),
    }),
  );
  return all.filter(({ key, value }) => TAG_KEY.test(key) && TAG_VALUE.test(value));
}

/** Whether the tag `key:value` is one of them. */
export const hasTag = (tags: Tags, text: string): boolean =>
  readTag(text).some(({ key, value }) => Object.hasOwn(tags, key) && tags[key] === value);
