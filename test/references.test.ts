import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { FOLDERS, isThere, referencesIn } from "./support/references.ts";

// Whatever file a comment or a document names is there.

const root = join(import.meta.dirname, "..");
const files = globSync(["*", `{${FOLDERS.join()}}/**/*`], {
  cwd: root,
  exclude: (path) => posix.basename(path) === "node_modules",
});
const known = new Set(files);
const texts = files.filter((file) => /\.(md|ts|mjs|yml)$/.test(file) && file !== "test/references.test.ts");

it("texts are found", () => expect(texts.length).toBeGreaterThan(300));

it("every reference leads somewhere", () => {
  const dead = texts.flatMap((file) =>
    referencesIn(file, readFileSync(join(root, file), "utf8"))
      .filter((reference) => !isThere(reference, file, known))
      .map((reference) => `${file}: ${reference}`),
  );
  expect(dead).toEqual([]);
});

describe("a reference to nothing is found", () => {
  it.each([
    { file: "lib/domain/planted.ts", source: "/** As in lib/domain/gone.ts. */", want: ["lib/domain/gone.ts"] },
    { file: "lib/domain/planted.ts", source: "// see ../ports/gone.ts", want: ["../ports/gone.ts"] },
    { file: "lib/domain/planted.ts", source: "const a = 1; // gone.ts has the rest", want: ["gone.ts"] },
    { file: "esbuild.config.mjs", source: "/*\n * docs/GONE.md says why\n */", want: ["docs/GONE.md"] },
    { file: "infra/planted.yml", source: "a: 1 # test/gone/ holds it", want: ["test/gone/"] },
    { file: "docs/PLANTED.md", source: "[the page](adr/gone.md#part)", want: ["adr/gone.md"] },
    {
      file: "docs/PLANTED.md",
      source: "`lib/gone.ts`, and `infra/gone.yml`.",
      want: ["lib/gone.ts", "infra/gone.yml"],
    },
    { file: "README.md", source: '<img src="gone.png" alt="a">, ![b](lost.png)', want: ["gone.png", "lost.png"] },
    { file: "README.md", source: "see docs/gone-folder/ or local/gone", want: ["docs/gone-folder/", "local/gone"] },
  ])("$file: $source", ({ file, source, want }) => {
    expect(referencesIn(file, source).filter((reference) => !isThere(reference, file, known))).toEqual(want);
  });
});

it.each([
  { file: "lib/config.ts", source: 'const path = "lib/gone.ts";' },
  { file: "lib/config.ts", source: "// https://example.com/lib/gone.ts" },
  { file: "lib/config.ts", source: "// lib/*.ts, test/**/*.test.ts, lists/<run>" },
  {
    file: "lib/config.ts",
    source: "// lib/config.ts, config.ts, ./config.ts, domain/job.ts and ../README.md; test/e2e/",
  },
  {
    file: "README.md",
    source: "[there](docs/ARCHITECTURE.md#tree) [elsewhere](https://example.com/gone.md) [here](#a)",
  },
])("nothing is wrong with $source", ({ file, source }) => {
  expect(referencesIn(file, source).filter((reference) => !isThere(reference, file, known))).toEqual([]);
});
