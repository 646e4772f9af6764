import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startVolley, type Volley, type VolleySettings } from "./volley.ts";

/** The stack of this test file. Starting one costs more than most tests do, so suites share it where they can. */
export let volley: Volley;

const folder = mkdtempSync(join(tmpdir(), "one-stack-"));
/** Its list of clients. */
export const clients = join(folder, "clients.json");

/** Start it before the suites of this test file that are declared after this call; end it after the last. */
export function startOneStack(settings: VolleySettings, env: Readonly<Record<string, string>> = {}): void {
  beforeAll(async () => {
    volley = await startVolley(settings, { LOCAL_CLIENTS: clients, ...env });
  });
  afterAll(async () => {
    await volley?.stop();
    rmSync(folder, { recursive: true });
  });
}
