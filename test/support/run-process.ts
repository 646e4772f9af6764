import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { BARE_ENV } from "./bare-env.ts";

const root = join(import.meta.dirname, "../..");

/** A command of ours in a process of its own, with nothing of this environment. `file`: from the root. */
export async function runProcess(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Readonly<{ out: string; err: string; code: number }>> {
  const child = spawn(process.execPath, [join(root, file), ...args], { env: { ...BARE_ENV, ...env } });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code: Number(code) };
}
