import { expect } from "vitest";
import { type LocalStack, until } from "../../local/local-stack.ts";

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Send a signal, and see every process of the stack end. */
export async function endsOn(stack: LocalStack, signal: NodeJS.Signals): Promise<void> {
  const pids = ["deliverExpress", "deliverBulk", "dispatch", "importList", "publishEvents"].map(stack.consumerPid);
  expect(pids.map(isAlive)).toEqual([true, true, true, true, true]);
  stack.process.kill(signal);
  const { code } = await stack.stop();
  if (signal !== "SIGKILL") expect(code).toBe(0);
  await until(() => !pids.some(isAlive));
}
