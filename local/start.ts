import { createRequire, enableCompileCache } from "node:module";
import { dirname } from "node:path";
import { COMPILE_CACHE } from "./compile-cache.ts";

// `npm start`: serverless-offline with the plugin beside this file, without the output of the command line.

process.env["NODE_COMPILE_CACHE"] ||= COMPILE_CACHE;
enableCompileCache();
process.chdir(dirname(import.meta.dirname));
process.env["SLS_LOG_LEVEL"] ??= "warning";
process.argv.splice(2, Number.POSITIVE_INFINITY, "offline", "start", "--stage", "local");
createRequire(import.meta.url)("serverless/bin/serverless.js");
