import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../local/local-stack.ts";
import {
  type Accepted,
  inboxOf,
  isDone,
  type JobBody,
  jobWhen,
  longIds,
  MESSAGE,
  type OutcomeBody,
  outcomesOf,
  postJob,
  queued,
  startVolley,
  type Volley,
} from "./support.ts";

// The worker is killed in the middle of a job, calls under way. Nobody is lost, nobody gets it twice unasked.

/** Calls take a moment to be answered; messages of a dead worker come back in seconds. */
const faults = [{ do: { delayMs: 400 } }];
const SOON = { QUEUE_VISIBILITY_SECONDS: "3", CALL_TIMEOUT_MS: "1000", QUOTA_MIN_GAP_MS: "20" };
const COUNT = 20_000;

let volley: Volley;
const jobs: { delivery: string; ids: string[]; accepted: Accepted; job: JobBody; rows: OutcomeBody[] }[] = [];
let inbox: Awaited<ReturnType<typeof inboxOf>>;

beforeAll(async () => {
  volley = await startVolley({ quota: { messages: 200_000, windowMs: 2_000 }, faults }, SOON);
  const begun: Omit<(typeof jobs)[number], "job" | "rows">[] = [];
  for (const delivery of ["at-most-once", "at-least-once"]) {
    const ids = longIds(COUNT, 9_000_000_000_000_000_000n + BigInt(begun.length * COUNT));
    const request = { ...MESSAGE, Content: delivery, Receiver: ids, Options: { Delivery: delivery } };
    begun.push({ delivery, ids, accepted: await postJob(volley, request) });
    await until(() => volley.simulator.receivedBy(ids[COUNT / 2] ?? "").length > 0); // taken, and not answered yet
    process.kill(volley.stack.consumerPid("deliverBulk"), "SIGKILL");
  }
  for (const one of begun) {
    const job = await jobWhen(volley, one.accepted.JobId, isDone, 40_000);
    jobs.push({ ...one, job, rows: await outcomesOf(volley, one.accepted.JobId) });
  }
  inbox = await inboxOf(volley);
});
afterAll(() => volley?.stop());

const only = (delivery: string) => {
  const found = jobs.find((one) => one.delivery === delivery);
  if (found === undefined) throw new Error(`no job ${delivery}`);
  return found;
};
const timesReceived = (id: string): number => inbox.get(id)?.length ?? 0;

describe.each(["at-most-once", "at-least-once"])("after kill -9 of the worker, %s", (delivery) => {
  it("has exactly one outcome for each receiver, and counts them exactly", () => {
    const { ids, job, rows } = only(delivery);
    expect(rows.map(({ UserId }) => UserId)).toEqual(ids);
    const count = (status: string) => rows.filter(({ Status }) => Status === status).length;
    const counts = { Sent: count("sent"), Failed: 0, Unknown: count("unknown"), Canceled: 0 };
    expect(job.Tally).toEqual({ Pending: 0, ...counts });
    expect(counts.Sent + counts.Unknown).toBe(COUNT);
  });

  it("calls nobody sent who received nothing, and names a message id the upstream gave", () => {
    const { rows } = only(delivery);
    const sent = rows.filter(({ Status }) => Status === "sent");
    expect(sent.filter(({ UserId, MessageId = "" }) => !inbox.get(UserId)?.includes(MessageId))).toEqual([]);
  });
});

it("leaves unknown what was under way, and sends it to nobody twice", () => {
  const { ids, rows } = only("at-most-once");
  expect(ids.filter((id) => timesReceived(id) > 1)).toEqual([]);
  const unknown = rows.filter(({ Status }) => Status === "unknown");
  expect(unknown.length).toBeGreaterThan(0);
  expect(unknown.filter(({ Code }) => Code !== "WorkerLost")).toEqual([]);
});

it("sends it again where that was asked for, and marks whoever may have it twice", () => {
  const { ids, rows } = only("at-least-once");
  expect(ids.filter((id) => timesReceived(id) === 0)).toEqual([]);
  const marked = new Set(rows.filter(({ MaybeTwice }) => MaybeTwice).map(({ UserId }) => UserId));
  expect(marked.size).toBeGreaterThan(0);
  expect(ids.filter((id) => timesReceived(id) > 1 && !marked.has(id))).toEqual([]);
});

it("leaves nothing on the queues", async () => {
  for (const name of ["bulk", "bulk-dead-letters", "express"])
    await until(async () => (await queued(volley, name)) === 0);
});
