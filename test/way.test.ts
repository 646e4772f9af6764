import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

// docs/way.svg says what the picture in docs/ARCHITECTURE.md says, in the same words.

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../docs", path), "utf8");
const [, mermaid = ""] = /```mermaid\n([\s\S]+?)```/.exec(read("ARCHITECTURE.md")) ?? [];
const picture = read("way.svg");
const names = [...picture.matchAll(/<text class="name"[^>]*>([^<]+)</g)].map(([, name = ""]) => name);

/** What a worker does, one after the other: `read --> reserve --> …`. */
const [, chain = ""] = /(read --> .+)/.exec(mermaid) ?? [];
const steps = chain.split(" --> ").map((step) => /\["(.+)"\]/.exec(step)?.[1] ?? step);

it("each name is one of the architecture", () => {
  const labels = [...mermaid.matchAll(/\w[[({]+"([^"]+)"/g)].flatMap(([, label = ""]) => [label, label.split(",")[0]]);
  const ids = mermaid.replaceAll(/"[^"]*"/g, "").split(/\W+/);
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !labels.includes(name) && !ids.includes(name))).toEqual([]);
});

it("deliver has the architecture's steps, in their order", () => {
  expect(steps).toContain("claim");
  expect(names.filter((name) => steps.includes(name))).toEqual(steps);
});

it("names all of it in words, too", () => {
  const [, description = ""] = /<desc[^>]*>([^<]+)</.exec(picture) ?? [];
  expect(names.filter((name) => !description.includes(name))).toEqual([]);
});
