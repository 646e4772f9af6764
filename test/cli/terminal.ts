import { Readable, Writable } from "node:stream";
import xterm from "@xterm/headless";
import { type Input, Interrupted, type Io } from "../../clients/cli/src/io.ts";
import { runCli } from "../../clients/cli/src/run-cli.ts";

/** What a command wrote, and how it ended. */
export type Ran = Readonly<{ code: number; stdout: string; stderr: string }>;

export type World = Readonly<{
  env?: Readonly<Record<string, string>>;
  /** stdout is a terminal of this width; without it a file. */
  columns?: number;
  /** What stdin holds, and then its end. */
  stdin?: string;
  nowMs?: () => number;
  /** Told all of stdout each time something is written. */
  onStdout?: (text: string) => void;
  /** Ctrl-C. */
  signal?: AbortSignal;
}>;

/** Run a command in this process, as `volley …` does it in its own. */
export async function run(args: readonly string[], world: World = {}): Promise<Ran> {
  const { env = {}, columns, stdin = "", nowMs = () => 0, onStdout, signal = new AbortController().signal } = world;
  const stdout = makeSink(columns, onStdout);
  const stderr = makeSink(columns);
  const input: Input = Readable.from([stdin]);
  const io: Io = { stdin: input, stdout: stdout.output, stderr: stderr.output, env, nowMs, pollMs: 1, signal };
  const code = await runCli(args, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A Ctrl-C that comes when it is told to. */
export function makeInterrupt() {
  const controller = new AbortController();
  return { signal: controller.signal, press: () => controller.abort(new Interrupted()) };
}

function makeSink(columns: number | undefined, onText?: (text: string) => void) {
  let text = "";
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    text += chunk.toString();
    onText?.(text);
    done();
  };
  const output = new Writable({ write });
  if (columns !== undefined) Object.assign(output, { isTTY: true, columns });
  return { output, text: () => text };
}

/** What stands on a terminal once all of that was written to it, a line each, without what is behind the last text. */
export async function screenOf(written: string, columns: number): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 60, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? "");
  terminal.dispose();
  return `${lines.join("\n").trimEnd()}\n`;
}
