import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalError } from "./local-error.ts";

type Program = Readonly<{ module: string; args?: string[]; env: NodeJS.ProcessEnv; stdio: StdioOptions }>;

/** Start a module of this folder as a process that ends with this one and that Ctrl-C in the terminal does not reach. */
export function startChild({ module, args = [], env, stdio }: Program): ChildProcess {
  const preload = new URL("./end-with-parent.ts", import.meta.url).href;
  return fork(new URL(module, import.meta.url), args, { env, stdio, execArgv: ["--import", preload], detached: true });
}

/** Ask `child` to end, wait, and kill it if it takes longer than `graceMs`. */
export async function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await ended;
}

/**
 * Start a server as a child process and wait for its line `ready URL`.
 *
 * @throws {LocalError} with its last words if it ends before that
 */
export async function startServer(
  module: string,
  env: NodeJS.ProcessEnv,
): Promise<Readonly<{ url: string; stop(): Promise<void> }>> {
  const child = startChild({ module, env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let lastWords = "no word";
  if (child.stderr) createInterface(child.stderr).on("line", (line) => (lastWords = line));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => reject(new LocalError(`${module} ended: ${lastWords}`)));
    if (child.stdout) {
      createInterface(child.stdout).on("line", (line) => {
        if (line.startsWith("ready ")) resolve(line.slice("ready ".length));
      });
    }
  });
  return { url, stop: () => stopChild(child, 1_000) };
}
