import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { WaitingFirst } from "./test/support/waiting-first.ts";

/**
 * For tests that wait for nothing but this machine: they take seconds on a quiet one, and many times as long beside
 * other work. Only what hangs is to fail.
 */
const PATIENT = { testTimeout: 240_000, hookTimeout: 240_000 };

/** A function reads the environment where it is loaded: each of these files loads its own. */
const LOADS_FUNCTIONS = ["test/functions/**/*.test.ts", "test/integration/openapi-examples.test.ts"];

/**
 * Projects by what a test needs: nothing, functions with an environment of their own, an engine on loopback, the whole
 * stack as a child process. Without isolation files share what they load, which costs most of them more than their tests.
 */
export default defineConfig({
  test: {
    // CI counts tests from the file; people read the text.
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: ".build/test-results.json" }]] : ["default"],
    maxWorkers: availableParallelism() + 1, // one of them mostly waits: for a stack, an engine, a time to come
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "test/{api,bench,cli,console,domain,volcengine,use-cases,adapters,http,list-reader,local,ops,sdk,wire}/**/*.test.ts",
            "test/*.test.ts",
          ],
          ...PATIENT,
          isolate: false,
        },
      },
      {
        test: {
          name: "functions",
          include: LOADS_FUNCTIONS,
          ...PATIENT,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          exclude: LOADS_FUNCTIONS,
          globalSetup: "test/support/dynamodb-local.ts",
          ...PATIENT,
          isolate: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/support/build-once.ts",
          ...PATIENT,
        },
      },
    ],
  },
});
