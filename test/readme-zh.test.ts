import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { differencesOf } from "./support/translation.ts";

// README.zh-CN.md says what README.md says.

const read = (file: string): string => readFileSync(join(import.meta.dirname, "..", file), "utf8");
const english = read("README.md");
const chinese = read("README.zh-CN.md");

it("each leads to the other in its first line", () => {
  expect(english.split("\n")[0]).toContain("](README.zh-CN.md)");
  expect(chinese.split("\n")[0]).toContain("](README.md)");
});

it("the Chinese README has the same headings, tables, commands, links, pictures, code and figures", () => {
  expect(differencesOf(english, chinese)).toEqual([]);
});

it("the Chinese README is Chinese", () => {
  const paragraphs = chinese.replace(/```[\s\S]*?```/g, "").split(/\n\s*\n/);
  const latin = paragraphs.filter(
    (one) => one.trim() !== "" && one.trim() !== "# Volley" && !/\p{Script=Han}/u.test(one),
  );
  expect(latin).toEqual([]);
});

describe("what a translation leaves out or changes is found", () => {
  const last = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";
  const cases = [
    { what: "a heading", change: (text: string) => text.replace("\n### With curl\n", "\n") },
    { what: "the level of a heading", change: (text: string) => text.replace("\n### With curl\n", "\n## With curl\n") },
    { what: "a command", change: (text: string) => text.replace("npm cit ", "npm test ") },
    { what: "a command's option", change: (text: string) => text.replace(" --watch\n", "\n") },
    { what: "a block", change: (text: string) => text.replace(/```sh\nnpm start[\s\S]*?```\n/, "") },
    { what: "the language of a block", change: (text: string) => text.replace("```ts\n", "```js\n") },
    { what: "an answer", change: (text: string) => text.replace('"Receivers":3', '"Receivers":4') },
    { what: "a row", change: (text: string) => text.replace(/\n\| \[docs\/COST\.md\].*/, "") },
    {
      what: "a column",
      change: (text: string) => text.replace("| What it costs on AWS |", "| What it costs | on AWS |"),
    },
    { what: "a link", change: (text: string) => text.replace("](docs/QUOTA.md#what-is-kept)", "](docs/QUOTA.md)") },
    { what: "a picture", change: (text: string) => text.replace(/<img [^>]*>/, "") },
    { what: "code in a sentence", change: (text: string) => text.replace("`at-least-once`", "`at-most-once`") },
    { what: "a figure", change: (text: string) => text.replace("In no 60 seconds", "In no 70 seconds") },
  ];
  it.each(cases)("$what", ({ change }) => {
    expect(last(english)).toBe("MIT licensed.");
    expect(change(english)).not.toBe(english);
    expect(differencesOf(english, change(english))).not.toEqual([]);
  });

  it("another comment beside a command is none", () => {
    const said = english.replace("# installs, and runs the tests", "# 安装并运行测试");
    expect(said).not.toBe(english);
    expect(differencesOf(english, said)).toEqual([]);
  });
});
