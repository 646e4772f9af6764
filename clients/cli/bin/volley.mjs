#!/usr/bin/env node
import { existsSync } from "node:fs";

// In this repository the source runs as it is, so it is never stale; a package holds one file and no source.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`volley: needs Node 22.18 or later, this is ${process.versions.node}; try: npx volley\n`);
  process.exit(2);
}
const source = new URL("../src/main.ts", import.meta.url);
const { main } = await import(String(existsSync(source) ? source : new URL("../.build/volley.mjs", import.meta.url)));
await main();
