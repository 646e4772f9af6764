import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Session } from "../session.ts";

/** A question to a person at a terminal. Elsewhere nothing is ever asked. @throws the signal's reason on Ctrl-C */
export function ask(question: string, session: Session): Promise<string> {
  return read(question, session, session.io.stderr);
}

/** The same, and what is typed is not shown. */
export async function askHidden(question: string, session: Session): Promise<string> {
  session.io.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await read("", session, nowhere);
  session.io.stderr.write("\n");
  return answer;
}

/** Anything but a clear yes is a no. */
export async function confirm(question: string, session: Session): Promise<boolean> {
  return /^(y|yes|是|确认)$/i.test(await ask(`${question} [y/N] `, session));
}

async function read(question: string, { io }: Session, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: io.stdin, output, terminal: true });
  const closed = new AbortController();
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT")); // the terminal is raw: the signal is ours to send
  lines.on("close", () => closed.abort());
  try {
    const signal = AbortSignal.any([io.signal, closed.signal]);
    return (await lines.question(question, { signal })).trim();
  } catch (error) {
    if (io.signal.aborted) throw io.signal.reason;
    if (closed.signal.aborted) return ""; // Ctrl-D
    throw error;
  } finally {
    lines.close();
  }
}
