import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

// `npm run test:mutation`: changes lib/domain in one place at a time; its tests have to fail each time.
//
//   -- --mutate GLOB     only these files; `FILE:10-20` only these lines. May be given several times
//   -- --concurrency N   processes at a time, 2 by default
//   -- --static          also what a module makes once, while it loads; the run then takes hours in place of minutes
//   -- --dry-run         changes nothing: only shows, in half a minute, that all tests pass where Stryker runs them
//   -- --json            a JSON line at the end, in place of the list
//
// The report with every change that no test noticed: .build/mutation/report.html, and .json.

const { values: options } = parseArgs({
  options: {
    mutate: { type: "string", multiple: true },
    concurrency: { type: "string" },
    static: { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const startMs = performance.now();
const mutants = await new Stryker({
  ...(options.mutate && { mutate: options.mutate }),
  ...(options.concurrency !== undefined && { concurrency: Number(options.concurrency) }),
  ignoreStatic: !options.static,
  dryRunOnly: options["dry-run"],
  ...(options.json && { reporters: ["json", "html"] }),
}).runMutationTest();

if (options["dry-run"]) process.exit(); // it throws where a test failed

const count = (...statuses: readonly string[]): number =>
  mutants.filter(({ status }) => statuses.includes(status)).length;
const killed = count("Killed");
const timeout = count("Timeout");
const survived = count("Survived");
const noCoverage = count("NoCoverage");
const ignored = count("Ignored");
const errors = count("RuntimeError", "CompileError", "Pending");
const valid = killed + timeout + survived + noCoverage;
/** As Stryker counts it: what was noticed, of everything that could be. */
const score = valid === 0 ? 0 : Math.round((10_000 * (killed + timeout)) / valid) / 100;
const seconds = Math.round((performance.now() - startMs) / 1000);

const facts = { score, mutants: valid, killed, timeout, survived, noCoverage, ignored, errors, seconds };
console.log(options.json ? JSON.stringify(facts) : `score ${score} of ${valid} changes, in ${seconds} s`);
process.exitCode = score >= 85 && errors === 0 ? 0 : 1;
