/** A text or file that people have, read as user ids. */

export type BadId = Readonly<{ line: number; text: string }>;
export type Receivers = Readonly<{ ids: readonly string[]; bad: readonly BadId[]; header?: string }>;

/** As the API has them: a decimal int64 above zero. It is never made a number: a double would change its last digits. */
const USER_ID = /^[1-9][0-9]{0,18}$/;
const MAX_ID = 9_223_372_036_854_775_807n;
const SHOWN = 100;

export const isUserId = (text: string): boolean => USER_ID.test(text) && BigInt(text) <= MAX_ID;

/**
 * Every id of a text: one a line, or several with commas, semicolons, tabs or spaces between them. A first line without any
 * digit is a row of names; of a table only the column `UserId` is read.
 *
 * @returns `bad`: what is no id, with its line from 1; never a guess at what may have been meant. The first hundred.
 */
export function readReceivers(text: string): Receivers {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== "");
  const names = cellsOf(lines[first] ?? "");
  const isHeader = names.length > 0 && !names.some((name) => /[0-9]/.test(name));
  const column = isHeader && names.length > 1 ? names.findIndex((name) => /^user_?id$/i.test(name)) : -1;
  const ids: string[] = [];
  const bad: BadId[] = [];
  lines.forEach((line, i) => {
    if (isHeader && i === first) return;
    const cells = cellsOf(line);
    const wanted = column < 0 || cells.length === 0 ? cells.filter((cell) => cell !== "") : [cells[column] ?? ""];
    for (const cell of wanted) {
      if (isUserId(cell)) ids.push(cell);
      else if (bad.length < SHOWN) bad.push({ line: i + 1, text: cell === "" ? line.slice(0, 60) : cell.slice(0, 60) });
    }
  });
  return { ids, bad, ...(isHeader && { header: names.join(", ") }) };
}

/** Between quotes nothing but an id is meant to stand: a quoted comma makes a cell that is none. */
function cellsOf(line: string): string[] {
  if (line.trim() === "") return [];
  const isTable = /[,;\t]/.test(line);
  const cells = isTable ? (line.match(/"[^"]*"|[^,;\t]+|(?<=[,;\t]|^)(?=[,;\t]|$)/g) ?? []) : line.trim().split(/\s+/);
  return cells
    .map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim(),
    )
    .flatMap((cell) => (isTable && /^[0-9\s]+$/.test(cell) ? cell.split(/\s+/) : [cell]));
}
