import type { Readable } from "node:stream";

/** Where text goes: a terminal, a file, a pipe. */
export type Output = NodeJS.WritableStream & Readonly<{ isTTY?: boolean; columns?: number }>;
/** `setRawMode`: it is a terminal. */
export type Input = Readable & Readonly<{ isTTY?: boolean; setRawMode?: (mode: boolean) => unknown }>;

export type Env = Readonly<Record<string, string | undefined>>;

/** All that a command has of the world but Volley and files. */
export type Io = Readonly<{
  stdin: Input;
  stdout: Output;
  stderr: Output;
  env: Env;
  /** Epoch ms. */
  nowMs: () => number;
  /** Between two looks at a job, in ms. */
  pollMs: number;
  /** Aborted by Ctrl-C, with an {@link Interrupted}. */
  signal: AbortSignal;
}>;

/** Somebody pressed Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
