import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, stop } from "esbuild";

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

/** @typedef {Readonly<{ name: string; bytes: number; gzipBytes: number }>} Bundle */

/**
 * Bundle each of functions/*.ts on its own into .build/<name>.mjs, and measure the results.
 *
 * @returns {Promise<Bundle[]>}
 */
export async function buildFunctions() {
  const names = readdirSync(join(root, "functions")).filter((file) => file.endsWith(".ts"));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: names.map((file) => join("functions", file)),
    outdir: ".build",
    outExtension: { ".js": ".mjs" },
    ...OPTIONS,
    write: false,
  });
  await stop(); // its process would stay as long as ours
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  return outputFiles.filter(({ path }) => path.endsWith(".mjs")).map(({ path, contents }) => measure(path, contents));
}

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

/** @type {(path: string, code: Uint8Array) => Bundle} */
const measure = (path, code) => ({
  name: basename(path, ".mjs"),
  bytes: code.length,
  gzipBytes: gzipSync(code).length,
});

/**
 * One line a function: its name, its size in KB, and that of its gzip.
 *
 * @param {readonly Bundle[]} bundles
 */
export function sizeReport(bundles) {
  const kb = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1).padStart(8);
  const rows = bundles.map(({ name, bytes, gzipBytes }) => `${name.padEnd(16)}${kb(bytes)} KB${kb(gzipBytes)} KB gzip`);
  return rows.join("\n");
}

// No await here: the command line loads this file with require.
if (process.argv[1] === fileURLToPath(import.meta.url))
  buildFunctions().then((bundles) => console.log(sizeReport(bundles)));
