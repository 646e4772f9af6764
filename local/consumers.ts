import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild, stopChild } from "./child.ts";
import type { EventSource } from "./event-sources.ts";

/** Longer than the consumer's own grace. */
const STOP_MS = 3_000;
/** A pause, so that a bundle that cannot be loaded is not restarted all the time. */
const RESTART_AFTER_MS = 200;

type ConsumerProcess = Readonly<{
  stop(): Promise<void>;
  /** Since the process was started, as it counts itself: CPU, ms; the most memory that it held, MB. */
  spent(): Promise<Readonly<{ cpuMs: number; peakMb: number }>>;
}>;

/**
 * Poll `source` in a process of its own, and start it again whenever it ends before `stop`.
 *
 * @param takes a line of what the functions print; the others are printed
 */
export async function startConsumer(
  source: EventSource,
  env: NodeJS.ProcessEnv,
  takes: (output: string) => boolean = () => false,
): Promise<ConsumerProcess> {
  let stopping = false;
  let child = start();
  await once(child, "message");
  say(`consumer ${source.functionName} pid ${child.pid}`);
  return {
    async stop() {
      stopping = true;
      await stopChild(child, STOP_MS);
    },
    async spent() {
      const answer = once(child, "message");
      child.send("spent");
      const [spent] = await answer;
      return spent;
    },
  };

  function start(): ChildProcess {
    const args = [JSON.stringify(source)];
    const started = startChild({ module: "./consumer.ts", args, env, stdio: ["ignore", "pipe", "inherit", "ipc"] });
    if (started.stdout)
      createInterface(started.stdout).on("line", (line) => takes(line) || process.stdout.write(`${line}\n`));
    started.once("exit", restart);
    return started;
  }

  async function restart(): Promise<void> {
    if (stopping) return;
    await sleep(RESTART_AFTER_MS);
    if (stopping) return;
    child = start();
    say(`consumer ${source.functionName} restarted, pid ${child.pid}`);
  }
}

/** stdout is for the line `ready` and for what functions log. */
const say = (line: string) => process.stderr.write(`${line}\n`);
