import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, stop } from "esbuild";
import { buildPage } from "./clients/console/build-page.mjs";
import { isAsNoted, noteMadeOf } from "./local/made-of.ts";

const root = import.meta.dirname;

/** Some of what we bundle is CommonJS and asks for Node's own modules with require, which ES modules lack. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * How everything is bundled; the benchmark of the bundles uses the same options.
 *
 * @satisfies {import("esbuild").BuildOptions}
 */
export const OPTIONS = {
  bundle: true,
  platform: /** @type {const} */ ("node"),
  target: "node24",
  format: /** @type {const} */ ("esm"),
  mainFields: ["module", "main"], // the AWS SDK's ES modules shake down to half of its CommonJS
  minify: true,
  sourcemap: /** @type {const} */ ("linked"),
  sourcesContent: false,
  legalComments: /** @type {const} */ ("none"),
  define: { esbuildDetection: "1" }, // undici's own switch: without its second, experimental HTTP parser, 166 KB less
  banner: { js: REQUIRE },
  logLevel: /** @type {const} */ ("warning"),
};

/** @typedef {Readonly<{ name: string; bytes: number; path: string }>} Bundle */

/** Says what the bundles were made of: see buildIfChanged. */
const MADE_OF = join(root, ".build", "made-of.json");
/** What changes a bundle without being in it. */
const ALSO_READ = ["esbuild.config.mjs", "package-lock.json"];

/** The page that the function `console` answers with; it stands beside its bundle. */
const PAGE = join(root, ".build", "console.json");

/**
 * Bundle each of functions/*.ts on its own into .build/<name>.mjs, and the page into .build/console.json.
 *
 * @returns {Promise<Bundle[]>}
 */
export async function buildFunctions() {
  const startedMs = Date.now();
  const names = functionFiles();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((file) => join("functions", file)),
    outdir: ".build",
    outExtension: { ".js": ".mjs" },
    ...OPTIONS,
    write: false,
    metafile: true,
  });
  const page = await buildPage();
  await stop(); // its process would stay as long as ours
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  writeIfChanged(PAGE, Buffer.from(JSON.stringify({ html: page.html, policy: page.policy })));
  const outputs = [...outputFiles.map(({ path }) => path), PAGE].map((path) => relative(root, path));
  const inputs = [...ALSO_READ, ...Object.keys(metafile.inputs), ...page.inputs];
  noteMadeOf({ folder: root, note: MADE_OF, functions: names, inputs, outputs, startedMs });
  return outputFiles
    .filter(({ path }) => path.endsWith(".mjs"))
    .map(({ path, contents }) => ({ name: basename(path, ".mjs"), bytes: contents.length, path }));
}

/**
 * The same, unless nothing that the bundles are made of has changed since they were made: bundling is most of what
 * starting a local stack costs. What is deployed is always made anew.
 */
export async function buildIfChanged() {
  if (!isAsNoted({ folder: root, note: MADE_OF, functions: functionFiles() })) await buildFunctions();
}

const functionFiles = () => readdirSync(join(root, "functions")).filter((file) => file.endsWith(".ts"));

/**
 * A stack that runs already may be loading the very same file.
 *
 * @param {string} path
 * @param {Uint8Array} contents
 */
function writeIfChanged(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/**
 * One line a function: its name, its size in KB, and that of its gzip.
 *
 * @param {readonly Bundle[]} bundles
 */
export function sizeReport(bundles) {
  const kb = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1).padStart(8);
  const gzipBytes = (/** @type {string} */ path) => gzipSync(readFileSync(path)).length;
  const rows = bundles.map(
    ({ name, bytes, path }) => `${name.padEnd(16)}${kb(bytes)} KB${kb(gzipBytes(path))} KB gzip`,
  );
  return rows.join("\n");
}

// No await here: the command line loads this file with require.
if (process.argv[1] === fileURLToPath(import.meta.url))
  buildFunctions().then((bundles) => console.log(sizeReport(bundles)));
