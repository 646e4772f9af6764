import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../local/local-stack.ts";
import { inboxOf, queued } from "../support/inside-volley.ts";
import {
  type Accepted,
  isDone,
  type Job,
  jobWhen,
  longIds,
  MESSAGE,
  type Outcome,
  ofStatus,
  outcomesOf,
  postJob,
  tallyOf,
  usersIn,
} from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

// The worker is killed in the middle of a job, calls under way. Nobody is lost, nobody gets it twice unasked.

const COUNT = 8_000;

const jobs: { delivery: string; ids: string[]; accepted: Accepted; job: Job; rows: Outcome[] }[] = [];
let inbox: Awaited<ReturnType<typeof inboxOf>>;

beforeAll(async () => {
  const begun: Omit<(typeof jobs)[number], "job" | "rows">[] = [];
  for (const delivery of ["at-most-once", "at-least-once"]) {
    const ids = longIds(COUNT, 8_000_000_000_000_000_000n + BigInt(begun.length * COUNT));
    const request = { ...MESSAGE, Content: delivery, Receiver: ids, Options: { Delivery: delivery } };
    begun.push({ delivery, ids, accepted: await postJob(volley, request) });
    await until(() => volley.simulator.receivedBy(ids[COUNT / 2] ?? "").length > 0); // taken, and not answered yet
    process.kill(volley.stack.consumerPid("deliverBulk"), "SIGKILL");
  }
  for (const one of begun) {
    const job = await jobWhen(volley, one.accepted.JobId, isDone);
    jobs.push({ ...one, job, rows: await outcomesOf(volley, one.accepted.JobId) });
  }
  inbox = await inboxOf(volley);
});

const only = (delivery: string) => {
  const found = jobs.find((one) => one.delivery === delivery);
  if (found === undefined) throw new Error(`no job ${delivery}`);
  return found;
};
const timesReceived = (id: string): number => inbox.get(id)?.length ?? 0;

describe.each(["at-most-once", "at-least-once"])("after kill -9 of the worker, %s", (delivery) => {
  it("has exactly one outcome for each receiver, and counts them exactly", () => {
    const { ids, job, rows } = only(delivery);
    expect(usersIn(rows)).toEqual(ids);
    expect(job.Tally).toEqual(tallyOf(rows));
    expect(ofStatus(rows, "sent", "unknown")).toHaveLength(COUNT);
  });

  it("calls nobody sent who received nothing, and names a message id the upstream gave", () => {
    const sent = ofStatus(only(delivery).rows, "sent");
    expect(sent.filter(({ UserId, MessageId = "" }) => !inbox.get(UserId)?.includes(MessageId))).toEqual([]);
  });
});

it("leaves unknown what was under way, lists it, and sends it to nobody twice", async () => {
  const { ids, rows, accepted } = only("at-most-once");
  expect(ids.filter((id) => timesReceived(id) > 1)).toEqual([]);
  const unknown = ofStatus(rows, "unknown");
  expect(unknown.length).toBeGreaterThan(0);
  expect(unknown.filter(({ Code }) => Code !== "WorkerLost")).toEqual([]);
  expect(await outcomesOf(volley, accepted.JobId, "unknown")).toEqual(unknown);
});

it("sends it again where that was asked for, and marks whoever may have it twice", () => {
  const { ids, rows } = only("at-least-once");
  expect(ids.filter((id) => timesReceived(id) === 0)).toEqual([]);
  const marked = new Set(usersIn(rows.filter(({ MaybeTwice }) => MaybeTwice)));
  expect(marked.size).toBeGreaterThan(0);
  expect(ids.filter((id) => timesReceived(id) > 1 && !marked.has(id))).toEqual([]);
});

it("leaves nothing on the queues", async () => {
  for (const name of ["bulk", "bulk-dead-letters", "express", "express-dead-letters"])
    await until(async () => (await queued(volley, name)) === 0);
});
