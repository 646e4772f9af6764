import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "../../lib/api/routes.ts";
import type { DrawnKey } from "../../lib/domain/change-clients.ts";
import { ask, type Problem, post } from "../support/ask.ts";
import { CALLBACKS } from "../support/bad-callbacks.ts";
import { itemsOf, queued } from "../support/inside-volley.ts";
import { type Accepted, isDone, jobWhen, MESSAGE, postJob } from "../support/jobs.ts";
import { addTo, revokeFrom, signedHeaders } from "../support/more-clients.ts";
import { clients, volley } from "../support/one-stack.ts";
import { rawRequest } from "../support/raw-request.ts";

// What somebody tries who should not get in, or not further: each case has its status, and leaves nothing behind.

const OPEN = ["/health", "/openapi.json", "/console"];
const JOB = { ...MESSAGE, Receiver: [1, 2, 3] };
const BODY = JSON.stringify(JOB);
const DAY_MS = 86_400_000;

let pair: DrawnKey;
let reader: DrawnKey;
let limited: DrawnKey;
beforeAll(async () => {
  pair = await addTo(clients, { id: "signer", scopes: ["send", "read", "control"] });
  reader = await addTo(clients, { id: "reader", scopes: ["read"] });
  const limits = { appIds: [7], senders: ["5"], maxReceivers: 2 };
  limited = await addTo(clients, { id: "limited", scopes: ["send", "read"], ...limits });
});

/** Jobs and whatever stands on the queues. */
async function written(): Promise<number> {
  const items = await itemsOf(volley, "results");
  const counts = await Promise.all(["express", "bulk", "imports"].map((queue) => queued(volley, queue)));
  return counts.reduce((sum, count) => sum + count, items.length);
}

/** None of the requests of this suite writes anything. */
function leavesNothing(): void {
  let before = 0;
  beforeAll(async () => {
    before = await written();
  });
  afterAll(async () => {
    expect(await written()).toBe(before);
  });
}

/** @returns the body of an answer that must have this status */
async function refused(want: number, answer: Promise<{ status: number; body: unknown }>): Promise<unknown> {
  const { status, body } = await answer;
  expect({ status, body }).toMatchObject({ status: want });
  return body;
}

const routes = Object.entries(ROUTES).flatMap(([path, methods]) => methods.map((method) => ({ path, method })));
const closed = routes.filter(({ path }) => !OPEN.includes(path));
const filled = (path: string, id: string): string => path.replace("{JobId}", id).replace("{UserId}", "1");

const signed = (over: Partial<Parameters<typeof signedHeaders>[1]> = {}) =>
  signedHeaders(pair, { path: "/v1/jobs", body: BODY, atMs: Date.now(), ...over });
const send = (headers: Record<string, string>, body = BODY) =>
  post<Problem>({ url: volley.url }, "/v1/jobs", body, headers);

const asking = (key: DrawnKey) => ({ url: volley.url, key: key.key });

describe("nobody", () => {
  leavesNothing();

  it.each(closed)("$method $path is closed without a key", async ({ method, path }) => {
    await refused(
      path === "/" ? 400 : 401,
      ask({ url: volley.url }, filled(path, "0123456789abcdefghijklmno"), {
        method,
        ...(method === "POST" && { body: BODY }),
      }),
    );
  });

  it.each([
    "/v1/jobs/../jobs",
    "/v1/../v1/jobs",
    "//v1/jobs",
    "/v1//jobs",
    "/v1/jobs/%2e%2e/jobs",
    "/v1/jobs%2f..%2fhealth",
    "/health/../v1/jobs",
    "/health%2f..%2fv1/jobs",
    "/v1/jobs;/health",
    "/v1/jobs/%00",
    "/V1/JOBS",
    "/.env",
  ])("gets nothing by the path %s", async (path) => {
    const { status, body } = await rawRequest(volley.url, path);
    expect([401, 404]).toContain(status);
    expect(body).not.toContain("JobId");
  });
});

describe("a wrong proof", () => {
  leavesNothing();

  it.each<{ when: string; headers: () => Record<string, string>; body?: string }>([
    { when: "an invented key", headers: () => ({ authorization: "Bearer volley_invented" }) },
    { when: "an access key id as a key", headers: () => ({ authorization: `Bearer ${pair.accessKeyId}` }) },
    { when: "a secret as a key", headers: () => ({ authorization: `Bearer ${pair.secretAccessKey}` }) },
    { when: "a hash as a key", headers: () => ({ authorization: `Bearer ${pair.sha256}` }) },
    { when: "a signature of 16 minutes ago", headers: () => signed({ atMs: Date.now() - 960_000 }) },
    { when: "a signature of the day before", headers: () => signed({ atMs: Date.now() - DAY_MS }) },
    { when: "a signature in 16 minutes", headers: () => signed({ atMs: Date.now() + 960_000 }) },
    { when: "a signature of another path", headers: () => signed({ path: "/v1/jobs/" }) },
    { when: "a signature of another body", headers: signed, body: BODY.replace("[1,2,3]", "[1,2,4]") },
    {
      when: "a signature with an Idempotency-Key beside it",
      headers: () => ({ ...signed(), "idempotency-key": "mine" }),
    },
    { when: "IAM's header", headers: () => ({ authorization: "AWS4-HMAC-SHA256 Credential=a" }) },
  ])("$when: 401", async ({ headers, body }) => {
    await refused(401, send(headers(), body));
  });
});

describe("a client past its limits", () => {
  leavesNothing();

  it("is told everything that it may not send: 403", async () => {
    const body = await refused(403, post<Problem>(asking(limited), "/v1/jobs", JOB));
    expect((body as Problem).errors?.map(({ pointer }) => pointer)).toEqual(["/AppId", "/Sender", "/Receiver"]);
  });

  it.each([
    { method: "POST", path: "/v1/jobs", key: () => reader },
    { method: "POST", path: "/v1/jobs/0123456789abcdefghijklmno/pause", key: () => reader },
    { method: "POST", path: "/v1/jobs/0123456789abcdefghijklmno/retry", key: () => reader },
    { method: "POST", path: "/v1/jobs/0123456789abcdefghijklmno/cancel", key: () => limited },
    { method: "GET", path: "/v1/jobs?ClientId=local", key: () => reader },
  ])("lacks the scope for $method $path: 403", async ({ method, path, key }) => {
    await refused(
      403,
      method === "POST" && path === "/v1/jobs" ? post(asking(key()), path, JOB) : ask(asking(key()), path, { method }),
    );
  });

  it("is gone as soon as it is revoked: 401", async () => {
    const gone = await addTo(clients, { id: "gone", scopes: ["read"] });
    expect((await ask(asking(gone), "/v1/jobs")).status).toBe(200);
    await revokeFrom(clients, "gone");
    await refused(401, ask(asking(gone), "/v1/jobs"));
  });

  it("is told to come back in the next minute: 429", async () => {
    const eager = await addTo(clients, { id: "eager", scopes: ["read"], requestsPerMinute: 1 });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(asking(eager), "/v1/jobs")); // a minute may end in between
    const late = answers.find(({ status }) => status === 429);
    expect(late?.headers.get("ratelimit-policy")).toBe('"requests";q=1;w=60');
    expect(Number(late?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("what is allowed", () => {
  it("may send what it may send", async () => {
    const { JobId } = await postJob(asking(limited), { ...JOB, AppId: 7, Sender: 5, Receiver: [1, 2] });
    await jobWhen(asking(limited), JobId, isDone);
  });

  it("a copy of a signed request is the same job", async () => {
    const headers = signed();
    const first = await post<Accepted>({ url: volley.url }, "/v1/jobs", BODY, headers);
    await jobWhen(asking(pair), first.body.JobId, isDone);
    const copy = await send(headers);
    expect(copy).toMatchObject({ status: 202, body: first.body });
    expect(copy.headers.get("idempotency-replayed")).toBe("true");
    const jobs = (await itemsOf(volley, "results")).filter(({ sk }) => sk?.S === "JOB");
    expect(jobs.filter(({ clientId }) => clientId?.S === "signer")).toHaveLength(1);
  });
});

describe("another client's job", () => {
  let job: Accepted;
  beforeAll(async () => {
    job = await postJob(volley, { ...JOB, Options: { NotBefore: new Date(Date.now() + DAY_MS).toISOString() } });
  });

  leavesNothing(); // but for that job

  it.each(closed.filter(({ path }) => path.includes("{JobId}")))(
    "is none at $method $path: 404",
    async ({ method, path }) => {
      const { key } = pair;
      await refused(404, ask({ url: volley.url, key }, filled(path, job.JobId), { method }));
    },
  );

  it("is in nobody's list but its owner's and an admin's", async () => {
    const admin = await addTo(clients, { id: "boss", scopes: ["read", "admin"] });
    const ids = async (key: string, query = "") => {
      const { body } = await ask<{ Jobs: { JobId: string }[] }>({ url: volley.url, key }, `/v1/jobs${query}`);
      return body.Jobs.map(({ JobId }) => JobId);
    };
    expect(await ids(pair.key)).not.toContain(job.JobId);
    expect(await ids(volley.key)).toContain(job.JobId);
    expect(await ids(admin.key, "?ClientId=local")).toContain(job.JobId);
    expect((await ask({ url: volley.url, key: admin.key }, `/v1/jobs/${job.JobId}`)).status).toBe(200);
  });
});

describe("what is made to break something", () => {
  leavesNothing();

  it.each([
    { when: "a line break written out", key: "a%0d%0aX-Injected: 1" },
    { when: "quotes that do not end", key: '"a' },
  ])("an Idempotency-Key with $when puts nothing into the answer", async ({ key }) => {
    const headers = { "idempotency-key": key };
    const answer = await post(volley, "/v1/jobs", { ...JOB, Options: { DryRun: true } }, headers);
    expect([200, 400]).toContain(answer.status);
    expect(answer.headers.has("x-injected")).toBe(false);
  });

  it.each(["a\r\nX-Injected: 1", "a\u0000", "\u2028"])("a Label of %j is refused: 422", async (Label) => {
    await refused(422, post(volley, "/v1/jobs", { ...JOB, Options: { Label } }));
  });

  it("headers that are too large are refused", async () => {
    const { status } = await rawRequest(volley.url, "/v1/jobs", { headers: { "x-filler": "a".repeat(64 * 1024) } });
    expect([400, 431]).toContain(status); // whatever stands in front says it: Node here, API Gateway on AWS
  });
});

describe("a callback to where it must not go", () => {
  leavesNothing();
  let hooked: DrawnKey;
  beforeAll(async () => {
    hooked = await addTo(clients, {
      id: "hooked",
      scopes: ["send"],
      callbackHosts: ["hooks.example.com", "*.ok.example"],
    });
  });

  it.each(CALLBACKS)("%s: 422", async (url) => {
    const asked = { ...JOB, Options: { CallbackUrl: url } };
    const body = await refused(422, post<Problem>({ url: volley.url, key: hooked.key }, "/v1/jobs", asked));
    expect((body as Problem).errors?.every(({ pointer }) => pointer === "/Options/CallbackUrl")).toBe(true);
  });

  it("is refused to a client that has no hosts for callbacks", async () => {
    const asked = { ...JOB, Options: { CallbackUrl: "https://hooks.example.com/" } };
    await refused(422, post({ url: volley.url, key: pair.key }, "/v1/jobs", asked));
  });
});
