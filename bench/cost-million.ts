import type { Bill } from "./deliver-bill.ts";
import { addUnits, figureMonths, logBytes, SQS_CHUNK_BYTES, scaled, type Units } from "./prices.ts";
import { gbOf } from "./stage-function.ts";

const MILLION = 1_000_000;
/** A run of dispatch that queues batches reads their ids from the bucket and sends a hundred messages; accept sorts the list. */
const DISPATCH_SECONDS = 1;
const INTAKE_SECONDS = 2;
/** SendMessageBatch takes so many. */
const TASKS_A_CALL = 10;
/** A job tells of its start and its end: each goes through the queue of events and to the bus. */
const EVENTS = 2;
/** A message is sent, received and deleted. */
const REQUESTS_A_MESSAGE = 3;

/** What a million receivers take by this bill, in one bulk job. What the job takes only once is not multiplied. */
export function unitsOfMillion(bill: Bill): Units {
  const times = MILLION / bill.receivers;
  const sum = (key: "writeUnits" | "readUnits") => bill.intake[key] + times * (bill.dispatch[key] + bill.delivery[key]);
  const once = {
    ...{ s3Put: bill.lists.puts, apiRequest: 1, busEvent: EVENTS, invocation: 1 },
    gbSecond: gbOf("acceptJob") * INTAKE_SECONDS,
    sqsRequest: EVENTS * REQUESTS_A_MESSAGE,
  };
  const chunks = (messages: number) => Math.ceil((messages * bill.taskBytes) / bill.tasks / SQS_CHUNK_BYTES);
  const { invocations, returned, busyMs, messages } = bill.worked;
  const queue =
    (bill.tasks / TASKS_A_CALL) * chunks(TASKS_A_CALL) + // sent
    invocations * (chunks(messages / invocations) + 1) + // received, deleted
    returned + // made visible again
    bill.dispatchRuns * REQUESTS_A_MESSAGE; // asked for
  const runs = invocations + bill.dispatchRuns;
  const many = {
    ...{ sqsRequest: queue, invocation: runs, s3Get: bill.lists.gets },
    gbSecond: (busyMs / 1_000) * gbOf("deliverBulk") + bill.dispatchRuns * DISPATCH_SECONDS * gbOf("dispatch"),
    logByte: logBytes(runs, bill.batches + 2 * bill.dispatchRuns),
    customMetric: figureMonths(bill.minutes),
  };
  const table = { writeUnit: sum("writeUnits"), readUnit: sum("readUnits") };
  return addUnits(once, scaled(many, times), table);
}
