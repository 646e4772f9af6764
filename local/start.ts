import { createRequire } from "node:module";
import { dirname } from "node:path";

// `npm start`: serverless-offline with the plugin beside this file, without the output of the command line.

process.chdir(dirname(import.meta.dirname));
process.env["SLS_LOG_LEVEL"] ??= "warning";
process.argv.splice(2, Number.POSITIVE_INFINITY, "offline", "start", "--stage", "local");
createRequire(import.meta.url)("serverless/bin/serverless.js");
