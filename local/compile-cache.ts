import { join } from "node:path";

/**
 * Where Node keeps what it has compiled, for the next process that loads the same: most of what starting a local stack costs
 * is loading modules, in nine processes. Node writes it when a process ends, and looks at version, flags and source before
 * it takes anything.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache
 */
export const COMPILE_CACHE = join(import.meta.dirname, "../node_modules/.cache/compiled");
