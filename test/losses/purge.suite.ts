import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { purgeQueues } from "../../local/demo/purge.ts";
import { until } from "../../local/local-stack.ts";
import { inboxOf, queued } from "../support/inside-volley.ts";
import {
  type Accepted,
  isDone,
  type Job,
  jobOf,
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

// The list is the truth, the queue only carries work: all queues are emptied twice under a job, and nobody acts.

const COUNT = 25_000;
/** The upstream fails some receivers of it. */
const Content = "purged";
/** The queues are emptied when this part of the receivers has an outcome. */
const PURGES_AT = [0.15, 0.5];

const ids = longIds(COUNT);
const singles = ["11", "12", "13"];

const purged: { bulk: number; express: number; named: string[] }[] = [];
let broadcast: Accepted;
const small: Accepted[] = [];
beforeAll(async () => {
  // Express tasks are gone in a moment: these wait on their queue for their time to come, until they are purged.
  const Options = { NotBefore: new Date(Date.now() + 45_000).toISOString() };
  for (const id of singles) small.push(await postJob(volley, { ...MESSAGE, Receiver: [id], Options }));
  await until(async () => (await queued(volley, "express")) === singles.length);

  broadcast = await postJob(volley, { ...MESSAGE, Content, Receiver: ids });
  for (const part of PURGES_AT) {
    await jobWhen(volley, broadcast.JobId, ({ Tally }) => Tally.Pending <= (1 - part) * COUNT);
    const counts = { bulk: await queued(volley, "bulk"), express: await queued(volley, "express") };
    await purgeQueues(volley.stack.endpoint("sqs"));
    purged.push({ ...counts, named: usersIn(await outcomesOf(volley, broadcast.JobId)) });
  }
});
it("took work from both lanes, and from bulk twice", () => {
  expect(purged.map(({ bulk }) => bulk > 0)).toEqual([true, true]);
  expect(purged[0]?.express).toBe(singles.length);
});

it("names every receiver once meanwhile", () => {
  for (const { named } of purged) expect(named).toEqual(ids);
});

it("ends with one outcome for each receiver, and sends to nobody twice", async () => {
  const job: Job = await jobWhen(volley, broadcast.JobId, isDone);
  const rows: Outcome[] = await outcomesOf(volley, broadcast.JobId);
  expect(usersIn(rows)).toEqual(ids);
  expect(usersIn(ofStatus(rows, "failed"))).toEqual(ids.filter((id) => id.endsWith("777")));
  expect(usersIn(ofStatus(rows, "unknown"))).toEqual(ids.filter((id) => id.endsWith("888")));
  expect(ofStatus(rows, "pending", "canceled")).toEqual([]);
  expect(job.Tally).toEqual(tallyOf(rows));

  const inbox = await inboxOf(volley);
  const want = rows.map(({ UserId, Status, MessageId }) => [UserId, Status === "sent" ? [MessageId] : undefined]);
  expect(rows.map(({ UserId }) => [UserId, inbox.get(UserId)])).toEqual(want);
  expect(volley.simulator.stats()).toMatchObject({ doubles: 0 });
  expect(volley.simulator.stats().peak).toBeLessThanOrEqual(12_000);
});

it("sends the express jobs after their time, each once", async () => {
  for (const { JobId } of small) await jobWhen(volley, JobId, isDone);
  for (const id of singles) expect(volley.simulator.receivedBy(id)).toHaveLength(1);
});

it("leaves the job as it is from then on", async () => {
  const { Status, Tally } = await jobOf(volley, broadcast.JobId);
  await sleep(2_000);
  expect(await jobOf(volley, broadcast.JobId)).toMatchObject({ Status, Tally });
  for (const name of ["bulk", "express"]) await until(async () => (await queued(volley, name)) === 0);
});
