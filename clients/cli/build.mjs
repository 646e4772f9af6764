import { join } from "node:path";
import { build, stop } from "esbuild";

// One file that needs nothing beside it: what a package of the command line holds.

const root = import.meta.dirname;

/** Some of what is bundled is CommonJS and asks for Node's own modules with require, which ES modules lack. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

await build({
  absWorkingDir: root,
  entryPoints: [join("src", "main.ts")],
  outfile: process.argv[2] ?? join(".build", "volley.mjs"),
  bundle: true,
  platform: "node",
  target: "node22.18",
  format: "esm",
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  banner: { js: REQUIRE },
  logLevel: "warning",
});
await stop();
