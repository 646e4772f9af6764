import { readFileSync } from "node:fs";
import { bareParse, bodyOf, intake } from "./accept-intake.ts";

// A fresh process that reads one body and works on it once. Prints what its memory grew by at the most, over the body's
// own bytes, MB.
const [work = "", file = ""] = process.argv.slice(2);
const run = { ...bareParse, intake }[work];
if (run === undefined) throw new TypeError(`no such work: ${work}`);

run(bodyOf(["1", "9007199254740993"])); // loading code and using it for the first time is nothing this body costs
const before = process.memoryUsage.rss();
const body = readFileSync(file, "latin1");
const result = run(body);
const peak = process.resourceUsage().maxRSS * 1024;
console.log(((peak - before - body.length) / 2 ** 20).toFixed(1));
if (result === undefined) throw new TypeError("nothing came of it"); // and it was kept until here
