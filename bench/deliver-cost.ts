import type { Bill } from "./deliver-bill.ts";

// List prices of us-east-1, arm64, on demand, without any free tier: docs/COST.md says from when.
const WRITE_UNIT = 0.625e-6;
const READ_UNIT = 0.125e-6;
const SQS_REQUEST = 0.4e-6;
const SQS_CHUNK_BYTES = 64 * 1024;
const GB_SECOND = 0.0000133334;
const INVOCATION = 0.2e-6;
const S3_PUT = 0.005 / 1_000;
const S3_GET = 0.0004 / 1_000;

/** The default quota, and what the margin adds to its minute. */
const RECEIVERS_A_SECOND = 12_000 / 60.3;
/** As serverless.yml has them. */
const BULK = { workers: 2, gb: 0.25, messages: 4 };
const DISPATCH = { gb: 0.5, seconds: 1 };
const INTAKE = { gb: 1, seconds: 2 };
const TASKS_A_CALL = 10;
const MILLION = 1_000_000;

/** What a million receivers cost by this bill, dollars by kind. Two bulk workers are busy the whole time. */
export function costOfMillion(bill: Bill) {
  const times = MILLION / bill.receivers;
  const sum = (key: "writeUnits" | "readUnits") => bill.intake[key] + times * (bill.dispatch[key] + bill.delivery[key]);
  const chunks = (messages: number) => Math.ceil((messages * bill.taskBytes) / bill.tasks / SQS_CHUNK_BYTES);
  const sent = (bill.tasks / TASKS_A_CALL) * chunks(TASKS_A_CALL);
  const taken = bill.invocations * (chunks(BULK.messages) + 1) + bill.returned; // received, deleted
  const gbSeconds = (MILLION / RECEIVERS_A_SECOND) * BULK.workers * BULK.gb;
  const dispatchRuns = times * bill.dispatchRuns;
  const dollars = {
    writes: WRITE_UNIT * sum("writeUnits"),
    reads: READ_UNIT * sum("readUnits"),
    queue: SQS_REQUEST * times * (sent + taken),
    workers: GB_SECOND * gbSeconds + INVOCATION * times * bill.invocations,
    dispatch: dispatchRuns * (GB_SECOND * DISPATCH.gb * DISPATCH.seconds + INVOCATION),
    intake: GB_SECOND * INTAKE.gb * INTAKE.seconds + INVOCATION,
    bucket: S3_PUT * bill.lists.puts + S3_GET * times * bill.lists.gets,
  };
  const total = Object.values(dollars).reduce((all, part) => all + part, 0);
  return { dollars, total, writeUnits: Math.ceil(sum("writeUnits")), readUnits: Math.ceil(sum("readUnits")) };
}
