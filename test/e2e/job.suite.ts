import { beforeAll, describe, expect, it } from "vitest";
import { ask, pagesOf, post } from "../support/ask.ts";
import { inboxOf } from "../support/inside-volley.ts";
import {
  type Accepted,
  act,
  isDone,
  type JobList,
  jobWhen,
  longIds,
  MESSAGE,
  type Outcome,
  type OutcomePage,
  ofStatus,
  outcomesOf,
  postJob,
  usersIn,
} from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";
import { KEYS } from "../support/volley.ts";

// The main job on the whole stack: a list goes in, every receiver has an answer, and it is the upstream's own.

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

const numbers = ["9007199254740991", "9007199254740992", "9007199254740993", "9007199254740994"];
const largest = "9223372036854775807";
const ids = ["1", "9", "10", "99", ...numbers, largest, ...longIds(1_191)];

/** The ids in disorder, every fourth as a string, fifty of them twice. */
function broadcastBody(): string {
  const disorder = ids.map((_, i) => ids[(i * 7) % ids.length] ?? "");
  const list = [...disorder, ...ids.slice(0, 50)].map((id, i) => (i % 4 === 0 ? `"${id}"` : id));
  return `${JSON.stringify(MESSAGE).slice(0, -1)},"Receiver":[${list}]}`;
}

/** Under way while smaller things are looked at: refused receivers are tried again after seconds. */
let broadcast: Promise<Accepted>;
beforeAll(async () => {
  broadcast = postJob(volley, broadcastBody());
});

describe("one receiver", () => {
  const message = { ...MESSAGE, InboxType: 0, IsNormalUser: true, Ext: { a: "1", 键: "值" } };
  let job: Accepted;
  beforeAll(async () => {
    const { status, headers, body } = await post<Accepted>(volley, "/v1/jobs", { ...message, Receiver: [10002] });
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/jobs/${body.JobId}`);
    expect(body).toEqual({
      JobId: expect.stringMatching(/^[0-9a-z]{25}$/),
      Status: "running",
      Receivers: 1,
      DuplicatesDropped: 0,
      Batches: 1,
      EstimatedSeconds: 1,
    });
    job = body;
  });

  it("gets what was said, to the letter", async () => {
    await jobWhen(volley, job.JobId, isDone);
    const { Sender, ...same } = message;
    expect(volley.simulator.receivedBy("10002")).toMatchObject([{ ...same, Sender: String(Sender) }]);
  });

  it("has the upstream's own message id as its answer, and the job its count", async () => {
    const outcome = await ask<Outcome>(volley, `/v1/jobs/${job.JobId}/outcomes/10002`);
    const [received] = volley.simulator.receivedBy("10002");
    expect(outcome.body).toEqual({
      UserId: "10002",
      Status: "sent",
      MessageId: received?.messageId,
      RequestId: received?.requestId,
      At: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const { body } = await ask(volley, `/v1/jobs/${job.JobId}`);
    expect(body).toEqual({
      JobId: job.JobId,
      Status: "done",
      AppId: message.AppId,
      Lane: "express",
      Receivers: 1,
      DuplicatesDropped: 0,
      Batches: 1,
      CreatedAt: expect.any(String),
      ExpiresAt: expect.any(String),
      History: [
        { At: expect.any(String), Event: "accepted", By: "local" },
        { At: expect.any(String), Event: "done", By: "volley" },
      ],
      Message: { ...message, Sender: "10001" },
      Delivery: "at-most-once",
      Tally: { Pending: 0, Sent: 1, Failed: 0, Unknown: 0, Canceled: 0 },
    });
  });
});

describe("a job that has not begun, for 310,000 ids of 19 digits in one request", () => {
  const ids = longIds(310_000, 9_100_000_000_000_000_000n);
  let job: Accepted;
  beforeAll(async () => {
    const options = JSON.stringify({ NotBefore: inAnHour() });
    const body = `${JSON.stringify(MESSAGE).slice(0, -1)},"Options":${options},"Receiver":[${ids}]}`;
    job = await postJob(volley, body);
  });

  it("lists all of them as pending, exact to the last digit", async () => {
    expect(job).toMatchObject({ Status: "scheduled", Receivers: ids.length });
    const rows = await outcomesOf(volley, job.JobId, "pending");
    expect(usersIn(rows)).toEqual(ids);
    expect(ofStatus(rows, "pending")).toHaveLength(ids.length);
    const { body } = await ask<OutcomePage>(volley, `/v1/jobs/${job.JobId}/outcomes?Status=sent`);
    expect(body.Outcomes).toEqual([]);
  });

  it("tells its receivers, pending, from others", async () => {
    const about = (id: string) => ask<Outcome>(volley, `/v1/jobs/${job.JobId}/outcomes/${id}`);
    for (const UserId of ["9100000000000000000", "9100000000000309999"]) {
      expect((await about(UserId)).body).toEqual({ UserId, Status: "pending" });
    }
    for (const id of ["1", "9099999999999999999", "9100000000000310000", largest]) {
      expect((await about(id)).status).toBe(404);
    }
  });
});

describe("the list of jobs", () => {
  it("is newest first, of one app or of all, by state, in pages", async () => {
    const AppId = 41;
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await postJob(volley, { ...MESSAGE, AppId, Receiver: [i + 501] })).JobId);
    for (const id of made) await jobWhen(volley, id, isDone);

    const pages = await pagesOf<JobList>(volley, `/v1/jobs?AppId=${AppId}&Status=done&Limit=2`);
    const found = pages.flatMap(({ Jobs }) => Jobs.map(({ JobId }) => JobId));
    expect(found).toEqual(made);
    const all = await ask<JobList>(volley, "/v1/jobs?Limit=5");
    expect(all.body.Jobs.map(({ JobId }) => JobId)).toEqual(made);
    expect((await ask<JobList>(volley, `/v1/jobs?AppId=${AppId}&Status=canceled`)).body).toEqual({ Jobs: [] });
  });
});

it("the quota tells what was used of it", async () => {
  const { JobId } = await postJob(volley, { ...MESSAGE, Receiver: longIds(300, 77_000n) });
  await jobWhen(volley, JobId, isDone);
  const { body } = await ask<{ Used: number }>(volley, "/v1/quota");
  const facts = { Account: "account", Quota: 1_000_000, WindowSeconds: 10, Capacity: 1_000_000 };
  expect(body).toMatchObject({ ...facts, Used: expect.any(Number), ReservedAhead: 0 });
  expect(body.Used).toBeGreaterThanOrEqual(300);
  expect(body.Used).toBeLessThanOrEqual(volley.simulator.stats().messages);
});

describe("1,200 receivers with duplicates, written as numbers and as strings", () => {
  const failing = ids.filter((id) => id.endsWith("777"));
  const omitted = ids.filter((id) => id.endsWith("888"));
  let job: Accepted;
  let rows: Outcome[];
  beforeAll(async () => {
    job = await broadcast;
    const { Tally } = await jobWhen(volley, job.JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: ids.length - 2, Failed: 1, Unknown: 1, Canceled: 0 });
    rows = await outcomesOf(volley, job.JobId);
  });

  it("drops the duplicates and counts them", () => {
    expect(job).toMatchObject({ Receivers: 1_200, DuplicatesDropped: 50, Batches: 3 });
  });

  it("answers for each receiver once, exact to the last digit, in ascending order", () => {
    expect(usersIn(rows)).toEqual(ids.toSorted((a, b) => Number(BigInt(a) - BigInt(b))));
  });

  it("delivers to each once, and names the message ids the upstream gave", async () => {
    const inbox = await inboxOf(volley);
    const want = rows.map(({ UserId, MessageId }) => [UserId, MessageId && [MessageId]]);
    expect(rows.map(({ UserId }) => [UserId, inbox.get(UserId)])).toEqual(want);
  });

  it.each([
    { status: "failed", want: failing, code: "FailedReceiver" },
    { status: "unknown", want: omitted, code: "NotInAnswer" },
  ])("lists the $status with the reason", async ({ status, want, code }) => {
    const { body } = await ask<OutcomePage>(volley, `/v1/jobs/${job.JobId}/outcomes?Status=${status}`);
    expect(body).toEqual({
      Outcomes: want.map((UserId) => expect.objectContaining({ UserId, Status: status, Code: code })),
    });
  });

  it.each([
    { limit: 1_000, query: "", want: () => rows },
    { limit: 399, query: "", want: () => rows },
    { limit: 599, query: "&Status=sent", want: () => rows.filter(({ Status }) => Status === "sent") },
  ])("comes in pages of $limit, query '$query'", async ({ limit, query, want }) => {
    const pages = await pagesOf<OutcomePage>(volley, `/v1/jobs/${job.JobId}/outcomes?Limit=${limit}${query}`);
    const found = pages.flatMap(({ Outcomes }) => Outcomes);
    for (const { Outcomes } of pages.slice(0, -1)) expect(Outcomes).toHaveLength(limit);
    expect(found).toEqual(want());
  });

  it("comes as CSV with the same rows", async () => {
    const path = `/v1/jobs/${job.JobId}/outcomes`;
    const { body, headers } = await ask<string>(volley, path, { headers: { accept: "text/csv" } });
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const columns = ["UserId", "Status", "MessageId", "Code", "RequestId", "MaybeTwice", "At"] as const;
    const want = rows.map((row) => columns.map((column) => row[column] ?? "").join(","));
    expect(body).toBe([columns.join(","), ...want, ""].join("\r\n"));
  });

  it("answers 404 for whoever was never in it, next to one who was", async () => {
    for (const id of ["2", "9000000000000001191", "9223372036854775806"]) {
      const { status, body } = await ask(volley, `/v1/jobs/${job.JobId}/outcomes/${id}`);
      expect({ status, body }).toMatchObject({ status: 404, body: { detail: expect.stringContaining(id) } });
    }
    const { body } = await ask(volley, `/v1/jobs/${job.JobId}/outcomes/${largest}`);
    expect(body).toMatchObject({ UserId: largest, Status: "sent" });
  });

  it("is retried for the failed alone, or with the unknown", async () => {
    const { body } = await act(volley, job.JobId, "retry", { Include: ["unknown"] });
    const { Tally } = await jobWhen(volley, body.JobId, isDone);
    expect(Tally).toEqual({ Pending: 0, Sent: 0, Failed: 1, Unknown: 1, Canceled: 0 });
    expect(usersIn(await outcomesOf(volley, body.JobId))).toEqual([...failing, ...omitted]);
  });
});

it("what it logs holds neither what is said nor a key, also where a call breaks", async () => {
  const secrets = { Content: "breaks: the word is plover", Ext: { token: "xyzzy-token" } };
  const { JobId } = await postJob(volley, { ...MESSAGE, ...secrets, Receiver: ["31"] });
  const { Tally } = await jobWhen(volley, JobId, isDone);
  expect(Tally).toMatchObject({ Unknown: 1 });
  const logs = volley.stack.stdout() + volley.stack.stderr();
  expect(logs).toMatch(/"message":"call failed"/);
  expect(logs).toMatch(/"message":"dispatch-run"/);
  for (const text of ["plover", "xyzzy", "你好", "键", ...Object.values(KEYS)]) expect(logs).not.toContain(text);
});
