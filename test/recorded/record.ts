import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { aStackUnderWay } from "./under-way.ts";

// Records what this version stores, while jobs are under way, and the code that reads and writes it: what the next version
// has to live with. `node test/recorded/record.ts NAME`, before a version is released; NAME becomes a folder here.

const [name] = process.argv.slice(2);
if (name === undefined || !/^[\w.-]+$/.test(name)) throw new Error("which name? node test/recorded/record.ts 1.2.0");
const folder = join(import.meta.dirname, name);
mkdirSync(folder, { recursive: true });

await build({
  entryPoints: [join(import.meta.dirname, "forms.ts")],
  outfile: join(folder, "forms.mjs"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  packages: "external",
  banner: {
    js: `// @ts-nocheck\n// Made by test/recorded/record.ts of the code as it was in ${name}. Not to be changed.`,
  },
});
writeFileSync(join(folder, "under-way.json"), `${JSON.stringify(await aStackUnderWay(), undefined, 1)}\n`);
