import { describe, expect, it } from "vitest";
import { hasEnded, type Job } from "../../clients/sdk/src/client.ts";
import { ACCEPTED, JOB_ID, problem, SEND, tinyVolley } from "./tiny-volley.ts";

const server = tinyVolley();
const asked = () => server.got.map(({ method, path }) => `${method} ${path}`);
const JOB = `/v1/jobs/${JOB_ID}`;

describe("requests", () => {
  it.each([
    { key: undefined, want: undefined },
    { key: "secret", want: "Bearer secret" },
  ])("carry the key $key", async ({ key, want }) => {
    await server.saying([{ body: {} }], key === undefined ? {} : { key }).quota();
    expect(server.got[0]?.headers["authorization"]).toBe(want);
  });

  it("send ids exact to the last digit, and the key they were given", async () => {
    const { jobs } = server.saying([ACCEPTED]);
    const Receiver = [1, "9007199254740993", 9_223_372_036_854_775_807n];
    await jobs.send({ ...SEND, Sender: 9_007_199_254_740_993n, Receiver }, { idempotencyKey: "k" });
    const [{ headers, body } = { headers: {}, body: "" }] = server.got;
    expect(headers).toMatchObject({ "idempotency-key": "k", "content-type": "application/json" });
    const want = { ...SEND, Sender: "9007199254740993", Receiver: [1, "9007199254740993", "9223372036854775807"] };
    expect(JSON.parse(body)).toEqual(want);
  });

  it.each([{ Receiver: [2 ** 53] }, { Sender: 2 ** 60 }, { Receiver: [1.5] }])(
    "refuse an id that is not exact any more: %o",
    async (bad) => {
      const { jobs } = server.saying([ACCEPTED]);
      await expect(jobs.send({ ...SEND, ...bad })).rejects.toThrow(RangeError);
      expect(server.got).toEqual([]);
    },
  );

  it("a dry run is asked for by its own name", async () => {
    const body = { DryRun: true, Receivers: 1, DuplicatesDropped: 0, Batches: 1, EstimatedSeconds: 1 };
    expect(await server.saying([{ body }]).jobs.check({ ...SEND, Options: { Lane: "bulk" } })).toEqual(body);
    expect(JSON.parse(server.got[0]?.body ?? "")).toMatchObject({ Options: { Lane: "bulk", DryRun: true } });
  });

  it.each([
    { call: "pause", want: `POST ${JOB}/pause` },
    { call: "resume", want: `POST ${JOB}/resume` },
    { call: "cancel", want: `POST ${JOB}/cancel` },
    { call: "retry", want: `POST ${JOB}/retry` },
    { call: "get", want: `GET ${JOB}` },
  ] as const)("$call asks $want", async ({ call, want }) => {
    expect(await server.saying([{ body: { JobId: JOB_ID } }]).jobs[call](JOB_ID)).toEqual({ JobId: JOB_ID });
    expect(asked()).toEqual([want]);
  });

  it("a retry says whom it includes", async () => {
    await server.saying([ACCEPTED]).jobs.retry(JOB_ID, { include: ["unknown"], idempotencyKey: "again" });
    expect(server.got[0]).toMatchObject({ body: '{"Include":["unknown"]}', headers: { "idempotency-key": "again" } });
  });

  it("the quota of an app", async () => {
    await server.saying([{ body: {} }]).quota({ appId: 7 });
    expect(asked()).toEqual(["GET /v1/quota?AppId=7"]);
  });

  it("the quota: changed, paused, resumed, reserved", async () => {
    const { quota } = server.saying([{ body: {} }, { body: {} }, { body: {} }, { body: {} }]);
    await quota.change({ Messages: 4_000, Calls: null });
    await quota.pause({ account: "account" });
    await quota.resume();
    await quota.reserve({ Count: 7, Lane: "express" });
    const paths = ["PATCH /v1/quota", "POST /v1/quota/pause?Account=account", "POST /v1/quota/resume"];
    expect(asked()).toEqual([...paths, "POST /v1/quota/reservations"]);
    expect([0, 3].map((i) => server.got[i]?.body)).toEqual([
      '{"Messages":4000,"Calls":null}',
      '{"Count":7,"Lane":"express"}',
    ]);
  });
});

describe("pages", () => {
  const ndjson = (body: string, next?: string) => ({
    body,
    headers: { "content-type": "application/x-ndjson", ...(next && { link: `<${next}>; rel="next"` }) },
  });

  it("lists of jobs go on until there is no cursor, also after an empty page", async () => {
    const pages = [{ Jobs: [{ JobId: "a" }], Cursor: "x" }, { Jobs: [], Cursor: "y" }, { Jobs: [{ JobId: "b" }] }];
    const { jobs } = server.saying(pages.map((body) => ({ body })));
    expect(await Array.fromAsync(jobs.list({ Status: "done", Limit: 1 }))).toEqual([{ JobId: "a" }, { JobId: "b" }]);
    const query = "/v1/jobs?Status=done&Limit=1";
    expect(asked()).toEqual([`GET ${query}`, `GET ${query}&Cursor=x`, `GET ${query}&Cursor=y`]);
  });

  it("outcomes follow the links, whole lines only", async () => {
    const row = (id: number) => ({ UserId: String(id), Status: "failed", Code: "ü" });
    const next = `${JOB}/outcomes?Status=failed&Cursor=x`;
    const first = [1, 2].map((id) => `${JSON.stringify(row(id))}\n`).join("");
    const { jobs } = server.saying([ndjson(first, next), ndjson(JSON.stringify(row(3)))]);
    expect(await Array.fromAsync(jobs.outcomes(JOB_ID, { Status: "failed" }))).toEqual([1, 2, 3].map(row));
    expect(asked()).toEqual([`GET ${JOB}/outcomes?Status=failed`, `GET ${next}`]);
    expect(server.got[0]?.headers["accept"]).toBe("application/x-ndjson");
  });

  it.each([
    { file: "outcomesCsv", type: "text/csv" },
    { file: "outcomesNdjson", type: "application/x-ndjson" },
  ] as const)("$file is one text", async ({ file, type }) => {
    const { jobs } = server.saying([ndjson("a\r\n", `${JOB}/outcomes?Cursor=x`), ndjson("ß\r\n")]);
    expect((await Array.fromAsync(jobs[file](JOB_ID))).join("")).toBe("a\r\nß\r\n");
    expect(server.got.map(({ headers }) => headers["accept"])).toEqual([type, type]);
  });

  it("one outcome", async () => {
    await server.saying([{ body: { UserId: "7" } }]).jobs.outcome(JOB_ID, 7n);
    expect(asked()).toEqual([`GET ${JOB}/outcomes/7`]);
  });
});

describe("waiting for a job", () => {
  const states = ["scheduled", "running", "done"].map((Status) => ({ body: { JobId: JOB_ID, Status } }));

  it.each([
    { what: "until it has ended", options: {}, want: ["scheduled", "running", "done"] },
    { what: "until something holds", options: { until: (job: Job) => !hasEnded(job) }, want: ["scheduled"] },
  ])("$what, telling of each look", async ({ options, want }) => {
    const seen: string[] = [];
    const onProgress = ({ Status }: Job) => void seen.push(Status);
    const job = await server.saying(states).jobs.wait(JOB_ID, { everyMs: 1, onProgress, ...options });
    expect(seen).toEqual(want);
    expect(job.Status).toBe(want.at(-1));
  });

  it("ends with its signal", async () => {
    const { jobs } = server.saying([{ body: { Status: "running" } }]);
    const reason = new Error("enough");
    const control = new AbortController();
    const waiting = jobs.wait(JOB_ID, {
      everyMs: 60_000,
      signal: control.signal,
      onProgress: () => control.abort(reason),
    });
    await expect(waiting).rejects.toBe(reason);
  });
});

describe("an answer that is no success", () => {
  const errors = [{ pointer: "/Receiver/0", detail: "must be from 1" }];
  it.each([
    {
      said: problem(422, { errors, total: 250 }),
      want: { title: "Title 422", detail: "detail 422", errors, total: 250 },
    },
    { said: problem(404), want: { status: 404, errors: [], total: 0, retryAfterMs: undefined } },
    { said: problem(503, {}, { "retry-after": "3" }), want: { status: 503, retryAfterMs: 3_000 } },
    {
      said: { status: 403, headers: { "content-type": "text/html" }, body: "<h1>No</h1>" },
      want: { status: 403, title: "Forbidden", detail: "<h1>No</h1>" },
    },
    {
      said: { status: 500, headers: { "content-length": "0" } },
      want: { status: 500, detail: "Internal Server Error" },
    },
  ])("$want.status is a VolleyError with what it says", async ({ said, want }) => {
    const { jobs } = server.saying([said], { tries: 1 });
    await expect(jobs.get(JOB_ID)).rejects.toMatchObject({ name: "VolleyError", ...want });
    await expect(Array.fromAsync(jobs.outcomes(JOB_ID))).rejects.toMatchObject({ name: "VolleyError", ...want });
  });
});
