import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./local-error.ts";

/**
 * Make `dir` this process's own until it ends: two stacks on one folder would damage it.
 *
 * @throws {LocalError} if another stack runs on it
 */
export function takeDataDir(dir: string): void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, "pid");
  const owner = readPid(file);
  if (owner !== undefined && isAlive(owner)) throw new LocalError(`LOCAL_DATA_DIR is in use by process ${owner}`);
  writeFileSync(file, String(process.pid));
  process.once("exit", () => rmSync(file, { force: true }));
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
