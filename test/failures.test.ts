import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

// docs/FAILURES.md says of every failure which tests make it happen. Here its word is checked.

const root = join(import.meta.dirname, "..");
const table = readFileSync(join(root, "docs/FAILURES.md"), "utf8");

describe("the table of failures", () => {
  const rows = rowsOf(table);

  it("has rows", () => expect(rows.length).toBeGreaterThan(20));

  it.each(rows)("$what", ({ tests }) => {
    expect(tests).not.toEqual([]);
    expect(tests.filter(isMissing)).toEqual([]);
  });
});

describe("the check itself finds", () => {
  const [row] = rowsOf('| a | b | `test/failures.test.ts` "the check itself finds", \'x\'; `test/none.ts` "a" |');

  it("each name with its file", () => {
    expect(row?.tests).toEqual([
      { file: "test/failures.test.ts", name: "the check itself finds" },
      { file: "test/none.ts", name: "a" },
    ]);
  });

  it.each([
    { when: "a test that is there", file: "test/failures.test.ts", name: "the check itself finds", want: false },
    { when: "a case of a table", file: "test/failures.test.ts", name: "a case of a table", want: false },
    {
      when: "a name with a letter off",
      file: "test/failures.test.ts",
      name: ["the check itself find", "z"].join(""),
      want: true,
    },
    { when: "a file that is not there", file: "test/none.ts", name: "the check itself finds", want: true },
  ])("$when: missing $want", ({ file, name, want }) => expect(isMissing({ file, name })).toBe(want));

  it("a row without a test", () => expect(rowsOf("| a | b | later |")[0]?.tests).toEqual([]));
});

type Named = Readonly<{ file: string; name: string }>;

/** What happens, and the tests its row names: a file in backticks, then names in double quotes. */
function rowsOf(markdown: string): { what: string; tests: Named[] }[] {
  const lines = markdown.split("\n").filter((line) => line.startsWith("| ") && !/^\| (What happens|---)/.test(line));
  return lines.map((line) => {
    const [what = "", , named = ""] = line.slice(2).split(" | ");
    const tests: Named[] = [];
    let file = "";
    for (const [, path, name] of named.matchAll(/`(test\/[^`]+)`|"([^"]+)"/g)) {
      if (path !== undefined) file = path;
      else if (name !== undefined) tests.push({ file, name });
    }
    return { what, tests };
  });
}

/** A test's title, or a case of its table, stands in the file as a whole string. */
function isMissing({ file, name }: Named): boolean {
  const path = join(root, file);
  if (!existsSync(path)) return true;
  const text = readFileSync(path, "utf8");
  return !['"', "'", "`"].some((quote) => text.includes(`${quote}${name}${quote}`));
}
