import { defineConfig } from "vitest/config";

/** Three projects by what a test needs: nothing, an engine on loopback, the whole stack as a child process. */
export default defineConfig({
  test: {
    // CI counts tests from the file; people read the text.
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: ".build/test-results.json" }]] : ["default"],
    maxWorkers: "100%", // most tests wait for engines and stacks: leaving a core free only makes them longer
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "test/{api,domain,volcengine,use-cases,adapters,http,list-reader,local,ops,functions,sdk}/**/*.test.ts",
            "test/*.test.ts",
          ],
          testTimeout: 30_000, // simulated hours take seconds, and several times as long on a busy machine
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/support/build-once.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
