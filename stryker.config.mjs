/**
 * Mutation testing of the pure rules: `npm run test:mutation`. Stryker changes `lib/domain` in one place at a time; the tests
 * of `test/domain` have to fail each time. Only those, because a rule has its test beside it; whatever else would notice a
 * change (use cases, the chaos suite) does not count here.
 *
 * @type {ConstructorParameters<typeof import("@stryker-mutator/core").Stryker>[0]}
 */
export default {
  mutate: ["lib/domain/**/*.ts"],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.ts", related: true },
  coverageAnalysis: "perTest",
  // A change of what a module makes once, while it loads, costs a fresh process and all tests: most of the time for a sixth of the changes.
  ignoreStatic: true,
  // A change that never ends costs this much. Tests of one change take milliseconds: a busy machine does not pass for one that noticed.
  timeoutMS: 5_000,
  concurrency: 2,
  // The tests need none of these (one holds a document to what it says). The tsconfig is left out because Stryker rewrites it by an API that TypeScript 7 has not.
  ignorePatterns: ["/.*", "/clients", "/examples", "/functions", "/infra", "/local", "/ops", "/tsconfig.json"],
  tempDirName: ".build/mutation/sandbox",
  reporters: ["clear-text", "progress-append-only", "json", "html"],
  jsonReporter: { fileName: ".build/mutation/report.json" },
  htmlReporter: { fileName: ".build/mutation/report.html" },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, logTests: false, skipFull: true },
};
