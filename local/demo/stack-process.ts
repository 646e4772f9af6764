import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type StackProcess = Readonly<{ url: string; exited(): boolean; stop(): Promise<void> }>;

const START = join(import.meta.dirname, "..", "start.ts");
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/**
 * Run `npm start` as a child until it is stopped.
 *
 * @throws {Error} with the last thing it said, if it ends or is silent before it is ready
 */
export async function startStackProcess(env: Readonly<Record<string, string>>): Promise<StackProcess> {
  const child = spawn(process.execPath, [START], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let exited = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      exited = true;
      resolve();
    });
  });
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk}`.slice(-2_000);
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error(`the laptop stack did not start:\n${lastWords}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    child.once("exit", fail);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = /^ready (\S+)/.exec(line);
      if (!ready?.[1]) return;
      clearTimeout(timer);
      child.removeListener("exit", fail);
      resolve(ready[1]);
    });
  });
  return {
    url,
    exited: () => exited,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
