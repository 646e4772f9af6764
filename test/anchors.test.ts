import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, it } from "vitest";
import { anchorsOf, linksIn } from "./support/markdown.ts";

// Whatever heading a link names is there. `references.test.ts` looks after the files.

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const documents = globSync(["*.md", "{docs,clients,bench}/**/*.md"], {
  cwd: root,
  exclude: (path) => posix.basename(path) === "node_modules",
});

/** Links of a document to headings that there are not. */
const lost = (file: string, text: string): string[] =>
  linksIn(text).filter((link) => {
    const [path = "", anchor] = link.split("#");
    if (anchor === undefined || /^[a-z]+:/.test(link)) return false;
    return !anchorsOf(path === "" ? text : read(posix.join(posix.dirname(file), path))).includes(anchor);
  });

it("every link to a heading leads somewhere", () => {
  expect(documents).toContain("README.md");
  expect(documents.flatMap((file) => lost(file, read(file)).map((link) => `${file}: ${link}`))).toEqual([]);
});

it("a link to a heading that there is not is found", () => {
  const text = "# A `b`, c\n[a](#a-b-c) [b](#gone) [c](JOBS.md#states) [d](JOBS.md#gone) [e](https://example.com/#x)";
  expect(lost("docs/PLANTED.md", text)).toEqual(["#gone", "JOBS.md#gone"]);
});
