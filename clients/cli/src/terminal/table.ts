import { cutTo, padBefore, padTo, widthOf } from "./width.ts";

/** Numbers stand on the right. */
export type Column = Readonly<{ title: string; isNumber?: boolean }>;

const GAP = "  ";

/**
 * Rows under their titles, as wide as they need. On a terminal a line ends at its edge; elsewhere nothing is cut.
 *
 * @param columns of the terminal; `undefined` elsewhere
 */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ""))));
  return all.map((row) => {
    const cells = columns.map(({ isNumber }, i) => (isNumber ? padBefore : padTo)(row[i] ?? "", widths[i] ?? 0));
    const line = cells.join(GAP).trimEnd();
    return width === undefined ? line : cutTo(line, width);
  });
}

/** The same of rows that come one after the other: their widths are known before. */
export const rowOf = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, i) => padTo(cell, widths[i] ?? 0))
    .join(GAP)
    .trimEnd();
