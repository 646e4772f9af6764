import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START = join(import.meta.dirname, "start.ts");

export type LocalStack = Readonly<{
  process: ChildProcess;
  /** of the API, and of the emulators as the stack names them */
  url: string;
  /** of the ready-made client */
  key: string;
  endpoint(name: "dynamodb" | "sqs" | "s3" | "events" | "rtc"): string;
  /** the last process that polls a queue for this function: deliverExpress, deliverBulk, dispatch, importList, publishEvents, takeRequest */
  consumerPid(functionName: string): number;
  stdout(): string;
  stderr(): string;
  /** SIGTERM, and wait for the end */
  stop(): Promise<Ended>;
}>;
export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

/** Most of it is loading the serverless command; a busy machine takes many times as long as a quiet one. */
const START_MS = 200_000;

/** `npm start` without npm, on any free port unless `env` says otherwise. Rejects if it ends before it is ready. */
export async function startLocalStack(env: NodeJS.ProcessEnv = {}, withinMs = START_MS): Promise<LocalStack> {
  const run = runLocalStack(env);
  const { child, stdout, stderr, ended } = run;
  const early = ended.then(({ code }) => Promise.reject(new Error(`ended with ${code}: ${stderr()}`)));
  await Promise.race([until(() => /^ready \S+ key=\S+$/m.test(stdout()), withinMs), early]);
  early.catch(() => {}); // from here on its end is expected
  const find = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].at(-1)?.[1] ?? "";
  return {
    process: child,
    url: find(/^ready (\S+) key=/gm, stdout()),
    key: find(/^ready \S+ key=(\S+)$/gm, stdout()),
    endpoint: (name) => find(new RegExp(`^${name} +(\\S+)$`, "gm"), stderr()),
    consumerPid: (name) => Number(find(new RegExp(`^consumer \\S+${name} .*pid (\\d+)$`, "gm"), stderr())),
    stdout,
    stderr,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** The same process without waiting for anything. */
export function runLocalStack(env: NodeJS.ProcessEnv) {
  const folder = mkdtempSync(join(tmpdir(), "volley-")); // several stacks on one list of clients or keys would exchange them
  const child = spawn(process.execPath, [START], {
    env: {
      ...process.env,
      PORT: "0",
      LOCAL_CLIENTS: join(folder, "clients.json"),
      LOCAL_SECRETS: join(folder, "secrets.json"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]): Ended => {
    rmSync(folder, { recursive: true, force: true });
    return { code, signal };
  });
  return { child, ended, stdout: () => output.stdout, stderr: () => output.stderr };
}

/** Wait until `holds`, at most `withinMs`. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 90_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds()); await sleep(50)) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${holds}`);
  }
}
