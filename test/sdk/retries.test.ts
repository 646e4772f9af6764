import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../clients/sdk/src/retry-after.ts";
import { ACCEPTED, JOB_ID, problem, type Said, SEND, tinyVolley } from "./tiny-volley.ts";

const server = tinyVolley();
const summary = { JobId: JOB_ID, Status: "paused" };

describe("a request that failed is made again", () => {
  it.each<{ when: string; said: Said }>([
    { when: "the connection breaks", said: "breaks" },
    { when: "nobody answers in time", said: "silent" },
    { when: "it came too often", said: problem(429, {}, { "retry-after": "0" }) },
    { when: "a service is away", said: problem(503, {}, { "retry-after": "0" }) },
    { when: "a gateway got no answer", said: problem(504) },
  ])("when $when: send, under the same key", async ({ said }) => {
    const { jobs } = server.saying([said, said, ACCEPTED], { timeoutMs: 200 });
    expect(await jobs.send(SEND)).toEqual(ACCEPTED.body);
    const keys = server.got.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(server.got.map(({ body }) => body))).toEqual(new Set([JSON.stringify(SEND)]));
  });

  it.each<{ what: string; call: "get" | "retry" | "pause"; said: Said; tries: number }>([
    { what: "a question", call: "get", said: "breaks", tries: 3 },
    { what: "a retry, which is one job by itself", call: "retry", said: "breaks", tries: 3 },
    { what: "a pause that was not done", call: "pause", said: problem(503, {}, { "retry-after": "0" }), tries: 3 },
    { what: "a pause that may have been done: not", call: "pause", said: "breaks", tries: 1 },
    { what: "a pause that a gateway lost: not", call: "pause", said: problem(502), tries: 1 },
    { what: "a refusal: not", call: "get", said: problem(404), tries: 1 },
    { what: "a fault of Volley's: not", call: "get", said: problem(500), tries: 1 },
  ])("$what", async ({ call, said, tries }) => {
    const { jobs } = server.saying([said, said, { body: summary }]);
    const outcome = await jobs[call](JOB_ID).then(
      () => "done",
      () => "failed",
    );
    expect({ outcome, tries: server.got.length }).toEqual({ outcome: tries === 3 ? "done" : "failed", tries });
  });

  it.each([{ tries: 1 }, { tries: 3 }])("$tries times at most, then the last failure is thrown", async ({ tries }) => {
    const { jobs } = server.saying([problem(503, {}, { "retry-after": "0" })], { tries });
    await expect(jobs.send(SEND)).rejects.toMatchObject({ name: "VolleyError", status: 503, retryAfterMs: 0 });
    expect(server.got).toHaveLength(tries);
    const broken = server.saying(["breaks"], { tries });
    await expect(broken.jobs.send(SEND)).rejects.toThrow(TypeError);
    expect(server.got).toHaveLength(2 * tries);
  });

  it("not before the time that the answer names, and never after its signal", async () => {
    const { jobs } = server.saying([problem(503, {}, { "retry-after": "1" }), ACCEPTED]);
    const startedMs = Date.now();
    await jobs.send(SEND);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(990);

    const patient = server.saying([problem(503, {}, { "retry-after": "20" })]);
    const asked = patient.jobs.send(SEND, { signal: AbortSignal.timeout(100) });
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("Retry-After", () => {
  const NOW = Date.parse("2026-01-31T08:00:00Z");
  it.each([
    { given: "", want: undefined },
    { given: "0", want: 0 },
    { given: " 7 ", want: 7_000 },
    { given: "Sat, 31 Jan 2026 08:00:05 GMT", want: 5_000 },
    { given: "Sat, 31 Jan 2026 07:00:00 GMT", want: 0 },
    { given: "soon", want: undefined },
    { given: "-1", want: expect.anything() }, // Date takes it for a year
  ])("'$given'", ({ given, want }) => {
    const found = retryAfterMs(new Headers({ "retry-after": given }), NOW);
    expect(found).toEqual(want);
  });
});
