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
  concurrency: 2,
  ignorePatterns: [
    "/clients",
    "/docs",
    "/examples",
    "/functions",
    "/infra",
    "/local",
    "/ops",
    "/.local",
    "/tsconfig.json",
  ],
  tempDirName: ".build/mutation/sandbox",
  reporters: ["clear-text", "json", "html"],
  jsonReporter: { fileName: ".build/mutation/report.json" },
  htmlReporter: { fileName: ".build/mutation/report.html" },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true, logTests: false, skipFull: true },
};
