// What a document is made of, as far as two languages of it have it in common.

/** What stands below one heading, up to the next; level 0 is what stands before the first. */
export type Section = Readonly<{
  level: number;
  heading: string;
  /** Rows of cells, the header first. */
  tables: readonly (readonly (readonly string[])[])[];
  fences: readonly Readonly<{ language: string; lines: readonly string[] }>[];
  /** Everything but blocks of code, the cells of tables too. */
  words: string;
}>;

/** Lines that belong together: a whole block of code, a whole table, or what stands between them. */
type Run = Readonly<{ kind: "heading" | "fence" | "table" | "words"; lines: string[] }>;

/** A document's sections, in order. */
export function sectionsOf(markdown: string): Section[] {
  const groups: Run[][] = [[]];
  for (const run of runsOf(markdown)) {
    if (run.kind === "heading") groups.push([]);
    groups.at(-1)?.push(run);
  }
  return groups.map((runs) => {
    const of = (kind: Run["kind"]) => runs.filter((run) => run.kind === kind).map(({ lines }) => lines);
    const [, hashes = "", heading = ""] = /^(#+) +(.*)$/.exec(of("heading")[0]?.[0] ?? "") ?? [];
    return {
      level: hashes.length,
      heading,
      tables: of("table").map((lines) => lines.filter((line) => !line.startsWith("| ---")).map(cellsOf)),
      fences: of("fence").map(([first = "", ...lines]) => ({
        language: first.trim().slice(3),
        lines: lines.slice(0, -1),
      })),
      words: [...of("table"), ...of("words")].flat().join("\n"),
    };
  });
}

function runsOf(markdown: string): Run[] {
  const runs: Run[] = [];
  let isInFence = false;
  for (const line of markdown.split("\n")) {
    const isEdge = line.trimStart().startsWith("```");
    const kind =
      isInFence || isEdge ? "fence" : /^#+ /.test(line) ? "heading" : line.startsWith("|") ? "table" : "words";
    const last = runs.at(-1);
    if (last?.kind === kind && kind !== "heading" && (isInFence || !isEdge)) last.lines.push(line);
    else runs.push({ kind, lines: [line] });
    if (isEdge) isInFence = !isInFence;
  }
  return runs;
}

const cellsOf = (row: string): string[] =>
  row
    .replace(/^\|\s*|\s*\|\s*$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** Targets of links, in order; those of pictures are none. */
export const linksIn = (words: string): string[] => found(words, /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g);
/** Where pictures are. */
export const picturesIn = (words: string): string[] =>
  found(words, /!\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*?src="([^"]+)"/g);
/** Words that are code. */
export const codeIn = (words: string): string[] => found(words, /`([^`]+)`/g);
/** Numbers in digits, outside of code and links. */
export const figuresIn = (words: string): string[] =>
  found(words.replace(/`[^`]+`|\]\([^)]*\)|<[^>]*>/g, " "), /(\d[\d,.]*\d|\d)/g);

const found = (words: string, pattern: RegExp): string[] =>
  [...words.matchAll(pattern)].map(([, one, other]) => one ?? other ?? "");

/**
 * The names by which links reach the headings of a document.
 *
 * @see https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
 */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return sectionsOf(markdown)
    .filter(({ level }) => level > 0)
    .map(({ heading }) => {
      const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
      const anchor = text.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    });
}
