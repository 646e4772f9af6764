import stringWidth from "string-width";

/** Text filled up to a number of columns; a Chinese character takes two. */
export const padTo = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - stringWidth(text)));
export const padBefore = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - stringWidth(text))) + text;

const GRAPHEMES = new Intl.Segmenter();

/** What of a text fits, with `…` where something is missing. */
export function cutTo(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return columns <= 0 ? "" : `${kept}…`;
}

/** Lines of a text, broken at spaces, or between Chinese characters. */
export function wrapTo(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<= )|(?<=[\p{Script=Han},。,;:、)])(?![,。;:、)])/u)) {
    if (line !== "" && stringWidth((line + word).trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

export const widthOf = (text: string): number => stringWidth(text);
