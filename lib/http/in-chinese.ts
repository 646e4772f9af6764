import { CHINESE, type Text } from "../domain/text.ts";

type Pattern = Readonly<{ form: RegExp; chinese: string }>;

/** The most letters that stand fixed come first: "from {} to {}, or null" before "from {} to {}". Made when first needed. */
let patterns: readonly Pattern[] | undefined;

const makePatterns = (): readonly Pattern[] =>
  Object.entries(CHINESE)
    .toSorted(([a], [b]) => b.replaceAll("{}", "").length - a.replaceAll("{}", "").length)
    .map(([english, chinese]) => ({
      form: new RegExp(`^${english.split("{}").map(escaped).join("([^]*?)")}$`),
      chinese,
    }));

/** Letters that mean something in a regular expression stand for themselves. */
const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");

/** The places of a Chinese text: which value, and how it is written. */
const PLACE = /\{(\d)( text| or)?\}/g;

/** A text that a client is told, in Chinese; the values in it stay as they are. */
export const inChinese = (text: Text): string => translated(text) ?? text;

function translated(text: string): string | undefined {
  patterns ??= makePatterns();
  for (const { form, chinese } of patterns) {
    const values = form.exec(text)?.slice(1);
    if (values) return chinese.replace(PLACE, (_, at: string, kind?: string) => write(values[Number(at)] ?? "", kind));
  }
  return undefined;
}

function write(value: string, kind: string | undefined): string {
  if (kind === " or") return value.replaceAll(" or ", " 或 ");
  return kind === " text" ? (translated(value) ?? value) : value;
}
