import { anchorsOf, codeIn, figuresIn, linksIn, picturesIn, type Section, sectionsOf } from "./markdown.ts";

type Part = Readonly<{ what: string; of: (section: Section, markdown: string) => unknown }>;

/** What must be the same in every language, section by section. Words may come in another order, so they are sorted. */
const PARTS: readonly Part[] = [
  { what: "level", of: ({ level }) => level },
  {
    what: "blocks",
    of: ({ fences }) => fences.map(({ language, lines }) => [language, ...lines.map(withoutComment(language))]),
  },
  { what: "rows and columns", of: ({ tables }) => tables.map((rows) => rows.map((cells) => cells.length)) },
  { what: "code in first cells", of: ({ tables }) => tables.map((rows) => rows.map(([first = ""]) => codeIn(first))) },
  {
    what: "links in first cells",
    of: ({ tables }) => tables.map((rows) => rows.map(([first = ""]) => linksIn(first))),
  },
  {
    what: "links",
    of: ({ words }, markdown) =>
      linksIn(words)
        .map((link) => inAnyLanguage(link, markdown))
        .sort(),
  },
  { what: "pictures", of: ({ words }) => picturesIn(words) },
  { what: "code", of: ({ words }) => codeIn(words).sort() },
  { what: "figures", of: ({ words }) => figuresIn(words).sort() },
];

/** In what a translation is not what it translates: nothing, or lines to read. */
export function differencesOf(original: string, translation: string): string[] {
  const [theirs, ours] = [sectionsOf(original), sectionsOf(translation)];
  if (theirs.length !== ours.length) return [`${theirs.length - 1} headings there, ${ours.length - 1} here`];
  return theirs.flatMap((section, at) =>
    PARTS.flatMap(({ what, of }) => {
      const [there, here] = [of(section, original), of(ours[at] ?? section, translation)].map((one) =>
        JSON.stringify(one),
      );
      return there === here ? [] : [`"${section.heading}": ${what}: ${there} there, ${here} here`];
    }),
  );
}

const COMMENT_BEGINS: Readonly<Record<string, string>> = { sh: "#", ts: "//", js: "//" };

/** Comments are words; what a program prints has none. */
function withoutComment(language: string): (line: string) => string {
  const begins = COMMENT_BEGINS[language];
  return (line) => (begins ? line.replace(new RegExp(`(^|\\s+)${begins} .*$`), "") : line);
}

/** A link to the other language, and one to a heading of the same document, whose name is translated. */
function inAnyLanguage(link: string, markdown: string): string {
  if (/^README(\.zh-CN)?\.md$/.test(link)) return "the other language";
  return link.startsWith("#") ? `heading ${anchorsOf(markdown).indexOf(decodeURIComponent(link.slice(1)))}` : link;
}
