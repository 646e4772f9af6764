import type { Body } from "./aws-proxy.ts";

/** What moves in the stacks, as the services they talk to see it. */
export type Motion = Readonly<{
  /** A table took an operation. */
  table(operation: string, body: Body): void;
  /** The queues took an operation. */
  queue(operation: string, body: Body, answer: Body): void;
  /** Whole dispatch runs since anything moved. It counts what the stacks do: a slow machine only makes it grow later. */
  quietRuns(): number;
}>;

/** Items that change by themselves, without a job moving on: how often a client asks. */
const IDLE_KEYS = /^REQUESTS#/;
const LOCK_KEYS = /^DISPATCH#/;
/** Nudges and dispatch runs come all the time, whether or not there is something to do. */
const IDLE_QUEUE = /-dispatch$/;
const WRITES: readonly string[] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

export function makeMotion(): Motion {
  let runs = 0;
  let movedAtRun = 0;
  const moves = (): void => {
    movedAtRun = runs;
  };
  return {
    table(operation, body) {
      if (!WRITES.includes(operation)) return;
      const key = keyOf(body);
      if (LOCK_KEYS.test(key)) runs += String(body["UpdateExpression"]).startsWith("SET") ? 1 : 0;
      else if (!IDLE_KEYS.test(key)) moves();
    },
    queue(operation, { QueueUrl }, { Messages }) {
      if (IDLE_QUEUE.test(String(QueueUrl))) return;
      const receives = operation === "ReceiveMessage" && Array.isArray(Messages) && Messages.length > 0;
      if (receives || operation.startsWith("SendMessage")) moves();
    },
    quietRuns: () => Math.max(0, runs - movedAtRun - 1), // the last one has only begun
  };
}

function keyOf(body: Body): string {
  const { pk } = (body["Key"] ?? body["Item"] ?? {}) as { pk?: { S?: string } };
  return pk?.S ?? "";
}
