import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { COMPILE_CACHE } from "./local/compile-cache.ts";
import { WaitingFirst } from "./test/support/waiting-first.ts";

/**
 * For tests that wait for nothing but this machine: they take seconds on a quiet one, and many times as long beside
 * other work. Only what hangs is to fail.
 */
const PATIENT = { testTimeout: 240_000, hookTimeout: 240_000 };

/** Modules are loaded by Node itself, as everywhere else: nothing is transformed, and what was compiled is kept. */
const NATIVE = { viteModuleRunner: false, nodeLoader: false };
process.env["NODE_COMPILE_CACHE"] ||= COMPILE_CACHE; // for the workers, and the processes that tests start

/**
 * A function reads the environment where it is loaded: each of these files loads its own (`fakeAws` forgets those of the
 * others, which only Vitest's own loader can).
 */
const LOADS_FUNCTIONS = [
  "test/functions/**/*.test.ts",
  "test/integration/openapi-examples.test.ts",
  "test/local/http-api.test.ts",
];

/** The main job on a whole stack, and what is deployed: tested with every change. The other stacks take minutes. */
const OFTEN = ["test/e2e/main-job.test.ts", "test/e2e/package.test.ts"];

/**
 * Projects by what a test needs: nothing, functions with an environment of their own, an engine on loopback, the whole
 * stack as a child process, several of them, a browser besides. Without isolation files share what they load, which costs most of them more
 * than their tests.
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
          experimental: NATIVE,
          include: [
            "test/{api,bench,cli,console,domain,volcengine,use-cases,adapters,http,list-reader,local,ops,sdk,wire}/**/*.test.ts",
            "test/*.test.ts",
          ],
          exclude: LOADS_FUNCTIONS,
          ...PATIENT,
          isolate: false,
        },
      },
      {
        test: {
          name: "functions",
          include: LOADS_FUNCTIONS,
          ...PATIENT,
          isolate: false,
        },
      },
      {
        test: {
          name: "integration",
          experimental: NATIVE,
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
          experimental: NATIVE,
          include: OFTEN,
          globalSetup: "test/support/build-once.ts",
          ...PATIENT,
        },
      },
      {
        test: {
          name: "stacks",
          experimental: NATIVE,
          include: ["test/{e2e,losses}/**/*.test.ts"],
          exclude: OFTEN,
          globalSetup: "test/support/build-once.ts",
          maxConcurrency: 30, // jobs that wait cost nothing, side by side
          ...PATIENT,
        },
      },
      {
        test: {
          name: "browser",
          experimental: NATIVE,
          include: ["test/browser/**/*.test.ts"],
          globalSetup: "test/support/build-once.ts",
          ...PATIENT,
        },
      },
    ],
  },
});
