import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

type Import = Readonly<{ to: string; typeOnly: boolean }>;
type Layer = Readonly<{ files: string; values: RegExp; types?: RegExp }>;

/** Where each layer may point, with values or with types alone. Read top down: nothing below may import what is above it. */
const LAYERS: readonly Layer[] = [
  { files: "functions/*.ts", values: /^(lib\/(wire|http|api|domain)\/|docs\/openapi\.json$)/, types: /^aws-lambda$/ },
  {
    files: "lib/wire/*.ts",
    values:
      /^(lib\/(wire|adapters|use-cases|volcengine|domain)\/|lib\/config\.ts$|@aws-sdk\/|@aws-lambda-powertools\/|node:)/,
    types: /^lib\/ports\//,
  },
  {
    files: "lib/adapters/*.ts",
    values:
      /^(lib\/(adapters|volcengine|domain)\/|@aws-sdk\/|@aws-lambda-powertools\/|list-reader\/list-file\.ts$|undici|valibot$|ipaddr\.js$|standardwebhooks$|node:)/,
    types: /^(lib\/ports\/|aws-lambda$)/,
  },
  {
    files: "lib/http/*.ts",
    values: /^(lib\/(http|api|domain|volcengine)\/|@middy\/|valibot$|negotiator$|node:(zlib|crypto)$)/,
    types: /^(lib\/(use-cases|ports)\/|aws-lambda$|@aws-lambda-powertools\/logger$)/,
  },
  { files: "lib/config*.ts", values: /^(lib\/(domain\/|config-accounts\.ts$)|valibot$)/ },
  { files: "lib/use-cases/*.ts", values: /^(lib\/(use-cases|domain)|list-reader)\//, types: /^lib\/ports\// },
  {
    files: "lib/api/*.ts",
    values: /^(lib\/(api|domain)\/|list-reader\/|lib\/volcengine\/limits\.ts$|lossless-json$|valibot$)/,
  },
  {
    files: "lib/api/openapi/*.ts",
    values: /^(lib\/api\/|lib\/volcengine\/limits\.ts$|@valibot\/to-json-schema$)/,
  },
  { files: "clients/sdk/src/*.ts", values: /^(clients\/sdk\/src\/|openapi-fetch$)/ },
  {
    files: "clients/cli/src/**/*.ts",
    values:
      /^(clients\/(cli\/src\/|sdk\/src\/client\.ts$)|list-reader\/|citty$|cli-progress$|fastest-levenshtein$|string-width$|aws4fetch$|@aws-sdk\/credential-providers$|node:)/,
  },
  // The page: of the client its types, its error and its rules.
  { files: "clients/console/src/**/*.ts", values: /^(clients\/(console|sdk)\/src\/|preact|htm)/ },
  { files: "lib/ports/*.ts", values: /^$/, types: /^lib\/(ports|domain)\// },
  { files: "lib/volcengine/*.ts", values: /^(lib\/(volcengine|domain)\/|lossless-json$)/ },
  { files: "lib/domain/*.ts", values: /^(lib\/domain\/|list-reader\/list-file\.ts$)/ },
  { files: "lib/domain/quota/*.ts", values: /^lib\/domain\// },
  // Knows nothing of jobs: clients read files by it too.
  { files: "list-reader/*.ts", values: /^(list-reader\/|csv-parse\/sync$|node:(buffer|stream|zlib)$)/ },
];

/** Where purity ends for a reason: hashing and unpacking are pure. */
const ALSO: Readonly<Record<string, RegExp>> = {
  "lib/volcengine/signature.ts": /^node:crypto$/,
  "functions/console.ts": /^node:fs$/,
  "lib/domain/open-body.ts": /^node:zlib$/,
  "lib/volcengine/verify-signature.ts": /^node:crypto$/,
};

/** Every import and re-export of a source text, paths from the root. */
function importsOf(file: string, source: string): Import[] {
  const found = source.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm,
  );
  return [...found].map(([, type, from, dynamic]) => {
    const to = from ?? dynamic ?? "";
    return { to: to.startsWith(".") ? normalize(join(dirname(file), to)) : to, typeOnly: type !== undefined };
  });
}

const breaches = ({ values, types }: Layer, file: string, source: string): string[] =>
  importsOf(file, source)
    .filter(({ to, typeOnly }) => !(values.test(to) || (typeOnly && types?.test(to)) || ALSO[file]?.test(to)))
    .map(({ to }) => to);

const filesOf = ({ files }: Layer): string[] =>
  globSync(files, { cwd: root }).filter((file) => !file.endsWith(".d.ts"));

describe.each(LAYERS)("$files", (layer) => {
  it("exists", () => expect(filesOf(layer)).not.toEqual([]));
  it.each(filesOf(layer))("%s imports only what its layer may", (file) => {
    expect(breaches(layer, file, read(file))).toEqual([]);
  });
});

it("every source file belongs to one layer", () => {
  const sources = globSync("{functions,lib,list-reader,clients/*/src}/**/*.ts", { cwd: root }).filter(
    (file) => !file.endsWith(".d.ts"),
  );
  expect(LAYERS.flatMap(filesOf).sort()).toEqual(sources.sort());
});

describe("a planted breach is found", () => {
  it.each([
    { file: "lib/domain/planted.ts", source: 'import { readFileSync } from "node:fs";', to: "node:fs" },
    {
      file: "lib/domain/planted.ts",
      source: 'import type { Rtc } from "../use-cases/x.ts";',
      to: "lib/use-cases/x.ts",
    },
    { file: "lib/domain/planted.ts", source: 'export * from "../api/x.ts";', to: "lib/api/x.ts" },
    { file: "lib/domain/quota/planted.ts", source: 'import * as v from "valibot";', to: "valibot" },
    { file: "lib/use-cases/planted.ts", source: 'import { S } from "../adapters/x.ts";', to: "lib/adapters/x.ts" },
    { file: "lib/use-cases/planted.ts", source: 'import { readConfig } from "../config.ts";', to: "lib/config.ts" },
    {
      file: "lib/use-cases/planted.ts",
      source: 'import {\n  SQSClient,\n} from "@aws-sdk/client-sqs";',
      to: "@aws-sdk/client-sqs",
    },
    { file: "lib/http/planted.ts", source: 'import { makeX } from "../use-cases/x.ts";', to: "lib/use-cases/x.ts" },
    { file: "lib/http/planted.ts", source: 'await import("@aws-sdk/client-sqs");', to: "@aws-sdk/client-sqs" },
    { file: "lib/adapters/planted.ts", source: 'import { makeX } from "../use-cases/x.ts";', to: "lib/use-cases/x.ts" },
    {
      file: "functions/planted.ts",
      source: 'import { makeX } from "../lib/use-cases/x.ts";',
      to: "lib/use-cases/x.ts",
    },
    { file: "functions/planted.ts", source: 'import "@aws-sdk/client-sqs";', to: "@aws-sdk/client-sqs" },
    {
      file: "clients/sdk/src/planted.ts",
      source: 'import type { Job } from "../../../lib/domain/job.ts";',
      to: "lib/domain/job.ts",
    },
    { file: "clients/sdk/src/planted.ts", source: 'import { join } from "node:path";', to: "node:path" },
    {
      file: "clients/cli/src/planted.ts",
      source: 'import { SCOPES } from "../../../lib/domain/caller.ts";',
      to: "lib/domain/caller.ts",
    },
    { file: "clients/cli/src/planted.ts", source: 'import { fetch } from "undici";', to: "undici" },
  ])("$file: $source", ({ file, source, to }) => {
    const layer = LAYERS.find(
      ({ files }) => dirname(files).replace("/**", "") === dirname(file) && files !== "lib/config*.ts",
    );
    expect(layer && breaches(layer, file, source)).toEqual([to]);
  });
});

it("only functions hand over the environment", () => {
  const readers = globSync("{functions,lib,list-reader}/**/*.ts", { cwd: root }).filter((file) =>
    /process\s*\.\s*env|process\["env"\]/.test(read(file)),
  );
  expect(readers.length).toBeGreaterThan(0);
  expect(readers.filter((file) => !file.startsWith("functions/"))).toEqual([]);
});

it("only lib/wire reads the clock", () => {
  const touches = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/;
  expect(touches.test(read("lib/wire/common.ts"))).toBe(true);
  const sources = globSync("{functions,lib,list-reader}/**/*.ts", { cwd: root });
  expect(sources.filter((file) => !file.startsWith("lib/wire/") && touches.test(read(file)))).toEqual([]);
});

it("no file imports itself in a circle", () => {
  const imports = new Map(globSync("lib/**/*.ts", { cwd: root }).map((file) => [file, importsOf(file, read(file))]));
  expect(circlesIn(imports)).toEqual([]);
  const planted = new Map([
    ["a", [{ to: "b", typeOnly: true }]],
    ["b", [{ to: "a", typeOnly: false }]],
  ]);
  expect(circlesIn(planted)).toEqual(["a > b > a"]);
});

/** Every circle of imports, types included, as the path that closes it. */
function circlesIn(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" > "));
    else if (!done.has(file)) {
      for (const { to } of imports.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    }
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

describe("files stay short", () => {
  const lines = (file: string): number => read(file).trimEnd().split("\n").length;
  const longer = (glob: string, limit: number) =>
    globSync(glob, { cwd: root }).filter((file) => !file.endsWith(".d.ts") && lines(file) > limit);

  it.each([
    { files: "functions/*.ts", limit: 25 },
    { files: "lib/**/*.ts", limit: 200 },
    { files: "clients/*/src/**/*.ts", limit: 200 },
    { files: "list-reader/*.ts", limit: 200 },
    { files: "test/**/*.ts", limit: 250 },
  ])("$files: at most $limit lines", ({ files, limit }) => {
    expect(longer(files, limit)).toEqual([]);
    expect(longer(files, 5)).not.toEqual([]);
  });
});

it("nothing has a default export or re-exports a folder", () => {
  const sources = globSync("{functions,lib,list-reader,clients/*/src}/**/*.ts", { cwd: root });
  expect(sources.filter((file) => /^export default|^export \*/m.test(read(file)))).toEqual([]);
});
