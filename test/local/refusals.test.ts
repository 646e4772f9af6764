import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { takeDataDir } from "../../local/data-dir.ts";
import { startDynamo } from "../../local/emulators.ts";
import { freePort } from "../../local/free-port.ts";
import { LocalError } from "../../local/local-error.ts";
import { readLocalSettings } from "../../local/settings.ts";

// What is wrong with the machine is said in the words of whoever starts the local stack; each ends it (test/e2e/ready.suite.ts).

afterEach(() => void vi.unstubAllEnvs());

it("a port in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const refusal = new LocalError(`port ${port} is in use: set PORT to another one, or to 0 for any`);
  await expect(freePort(port)).rejects.toThrow(refusal);
  await new Promise((resolve) => server.close(resolve));
  expect(await freePort(port)).toBe(port);
});

it("no Java", async () => {
  vi.stubEnv("PATH", "/nowhere");
  await expect(startDynamo(readLocalSettings({ LOCAL_DYNAMODB: "java" }))).rejects.toThrow(/needs Java 17/);
});

describe("a folder for data", () => {
  const dir = mkdtempSync(join(tmpdir(), "refusals-"));
  const pidFile = join(dir, "pid");
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("is in use by another stack", () => {
    takeDataDir(dir);
    expect(() => takeDataDir(dir)).toThrow(new LocalError(`LOCAL_DATA_DIR is in use by process ${process.pid}`));
  });

  it("is free again when that one has ended, however it did", () => {
    takeDataDir(dir);
    writeFileSync(pidFile, "999999999"); // above what Linux gives out
    takeDataDir(dir);
    expect(readFileSync(pidFile, "utf8")).toBe(String(process.pid));
  });
});
