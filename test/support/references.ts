import { posix } from "node:path";

// Which files a text of the project names: documents as a whole, of code its comments.

/** What the project is made of; its folders, from the root, are names of paths. */
export const FOLDERS = [
  ...["bench", "clients", "docs", "examples", "functions", "infra"],
  ...["lib", "list-reader", "local", "ops", "test"],
];

/** A path, or a file's bare name, of a kind that the project writes. */
const FILE = /(?<![\w./@$*<>{}:-])(?:\.{1,2}\/)*(?:[\w.-]+\/)*[\w-][\w.-]*\.(?:ts|mjs|md|yml|sh)(?![\w*{}-]|\.\w)/g;
/** A path below one of the folders, with a slash behind the folder. */
const FOLDER = new RegExp(
  `(?<![\\w./@$*<>{}:-])(?:${FOLDERS.join("|")})/(?:[\\w-]+/)*(?:[\\w-]+(?:\\.[\\w-]+)*)?(?![\\w*{}<,-]|\\.\\w)`,
  "g",
);
const LINK = /(?:\]\(|<img [^>]*?src=")(?![a-z]+:|#)([^)"#\s]+)[^)"]*[)"]/g;

/** Paths as they are written, in the order in which they come; links to other places are none. */
export function referencesIn(file: string, source: string): string[] {
  const text = wordsOf(file, source).replace(/\b[a-z0-9+]+:\/\/\S+/g, "");
  const links = file.endsWith(".md") ? [...text.matchAll(LINK)].map(([, path = ""]) => path) : [];
  const paths = [...text.matchAll(FILE), ...text.matchAll(FOLDER)].map(([path]) => path);
  return [...new Set([...links, ...paths])];
}

/** Documents are words; of code comments are. */
function wordsOf(file: string, source: string): string {
  if (file.endsWith(".md")) return source;
  const comments = file.endsWith(".yml") ? /(?:^|\s)#.*$/gm : /\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm;
  return [...source.matchAll(comments)].map(([comment]) => comment).join("\n");
}

/**
 * Whether `reference`, written in `file`, is there: from the root, from the file's folder, or anywhere if it is a bare name.
 *
 * @param known every file and folder of the project, from the root
 */
export function isThere(reference: string, file: string, known: ReadonlySet<string>): boolean {
  const trimmed = reference.replace(/\/$/, "");
  const places = [posix.normalize(trimmed), posix.join(posix.dirname(file), trimmed)];
  if (places.some((place) => known.has(place))) return true;
  return !reference.includes("/") && [...known].some((path) => posix.basename(path) === reference);
}
