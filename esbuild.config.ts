import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, stop } from "esbuild";

const root = import.meta.dirname;

/** Some of what we bundle is CommonJS and asks for Node's own modules with require, which ES modules lack. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** How everything is bundled; the benchmark of the bundles does it likewise. */
export const OPTIONS = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"], // the AWS SDK's ES modules shake down to half of its CommonJS
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "none",
  define: { esbuildDetection: "1" }, // undici's own switch: without its second, experimental HTTP parser, 166 KB less
  banner: { js: REQUIRE },
  logLevel: "warning",
} as const satisfies BuildOptions;

export type Bundle = Readonly<{ name: string; bytes: number; gzipBytes: number }>;

/** Bundle each of functions/*.ts on its own into .build/<name>.mjs, and measure what came out. */
export async function buildFunctions(): Promise<Bundle[]> {
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

/** A stack that runs already may be loading the very same file. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

const measure = (path: string, code: Uint8Array): Bundle => ({
  name: basename(path, ".mjs"),
  bytes: code.length,
  gzipBytes: gzipSync(code).length,
});

/** One line a function: its name, its size in KB, and that of its gzip. */
export function sizeReport(bundles: readonly Bundle[]): string {
  const kb = (bytes: number) => (bytes / 1024).toFixed(1).padStart(8);
  const rows = bundles.map(({ name, bytes, gzipBytes }) => `${name.padEnd(16)}${kb(bytes)} KB${kb(gzipBytes)} KB gzip`);
  return rows.join("\n");
}

// No await here: the command line loads this file with require.
if (process.argv[1] === fileURLToPath(import.meta.url))
  buildFunctions().then((bundles) => console.log(sizeReport(bundles)));
