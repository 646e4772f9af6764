import { readFileSync } from "node:fs";
import { staticPage } from "../lib/http/static-page.ts";

/** `esbuild.config.mjs` makes the page; it is packed beside this function's bundle. */
const page = JSON.parse(readFileSync(new URL("console.json", import.meta.url), "utf8"));

/** GET /console: the page, for everybody. What it shows is asked of the API, with the reader's key. */
export const handler = staticPage(page);
