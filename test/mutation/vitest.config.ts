import { defineConfig } from "vitest/config";

/** What Stryker runs for each change: the tests of the pure rules alone. */
export default defineConfig({
  test: {
    include: ["test/domain/**/*.test.ts"],
    // Hours of simulated calls: a second or more for each of the changes.
    exclude: ["test/domain/quota/{any-workers,long-run,short-window,window}.test.ts"],
    setupFiles: ["test/mutation/setup.ts"],
    testTimeout: 30_000,
    isolate: false, // a change is on for a whole run, so modules need not be loaded anew for each file: a fifth less time
  },
});
