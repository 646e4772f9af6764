import { EXIT } from "./exit-codes.ts";
import { Interrupted } from "./io.ts";
import { runCli } from "./run-cli.ts";

/** Between two looks at a job. */
const POLL_MS = 1_000;

/** The process: its streams, its clock, its signals. A second Ctrl-C ends it at once. */
export async function main(): Promise<void> {
  const interrupted = new AbortController();
  process.on("SIGINT", () => {
    if (interrupted.signal.aborted) process.exit(EXIT.INTERRUPTED);
    interrupted.abort(new Interrupted());
  });
  // Whoever read our output has seen enough: `volley outcomes … | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.OK : EXIT.NOT_ALL),
  );
  const { stdin, stdout, stderr, env } = process;
  const io = { stdin, stdout, stderr, env, nowMs: Date.now, pollMs: POLL_MS, signal: interrupted.signal };
  process.exitCode = await runCli(process.argv.slice(2), io);
  stdin.unref?.();
}
