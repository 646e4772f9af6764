import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { JobQuery } from "../../clients/sdk/src/types.ts";
import { runLocalStack } from "../../local/local-stack.ts";
import { ask, clientOf, post } from "../support/ask.ts";
import { MESSAGE, postJob } from "../support/jobs.ts";
import { volley } from "../support/one-stack.ts";

/** Alone on its line, and nothing else on stdout but what functions log: a minute may have begun meanwhile, and they run each minute. */
const READY_ALONE = /^(?:\{.*\}\n)*ready http:\/\/127\.0\.0\.1:\d+ key=volley_[\w-]{43}\n(?:\{.*\}\n)*$/;

// Other things that can be wrong: test/local/refusals.test.ts.
it("what is wrong is said in one line", async () => {
  const { ended, stderr, stdout } = runLocalStack({ QUOTA_MESSAGES: "abc" });
  expect((await ended).code).toBe(1);
  expect(stderr()).toMatch(/^QUOTA_MESSAGES must be/);
  expect(stderr().trimEnd().split("\n")).toHaveLength(1);
  expect(stdout()).toBe("");
});

it("a stack says that it is ready, alone on a line", () => {
  expect(volley.stack.stdout()).toMatch(READY_ALONE);
});

it("says what it takes and answers", async () => {
  const { status, headers, body } = await ask(volley, "/openapi.json");
  expect({ status, body }).toMatchObject({ status: 200, body: { openapi: "3.1.1" } });
  const known = { "if-none-match": headers.get("etag") ?? "" };
  expect(await ask(volley, "/openapi.json", { headers: known })).toMatchObject({ status: 304, body: "" });
});

it("serves requests", async () => {
  expect(await ask(volley, "/health")).toMatchObject({ status: 200, body: { Status: "ok" } });
});

it("listens on loopback only", () => {
  for (const name of ["dynamodb", "sqs", "s3", "events"] as const)
    expect(volley.stack.endpoint(name)).toMatch(/^http:\/\/127\.0\.0\.1:/);
});

it.each([
  { when: "one byte over what Lambda takes", body: Buffer.alloc(6_291_557, 49), encoding: undefined },
  { when: "binary, which grows by a third on its way to Lambda", body: Buffer.alloc(4_800_000, 1), encoding: "gzip" },
])("refuses a body that is $when with 413", async ({ body, encoding }) => {
  const { status } = await post(volley, "/v1/jobs", body, encoding ? { "content-encoding": encoding } : {});
  expect(status).toBe(413);
});

it("lists jobs by label and by all of several tags", async () => {
  const NotBefore = new Date(Date.now() + 3_600_000).toISOString();
  const wave = (Label: string, Tags: object) =>
    postJob(volley, { ...MESSAGE, Receiver: [1], Options: { NotBefore, Label, Tags } });
  const first = await wave("Spring, 1", { campaign: "spring:a,b", size: "s" });
  await wave("Spring, 2", { campaign: "spring:a,b", size: "l" });
  const { jobs } = clientOf(volley);
  const found = async (query: JobQuery) => (await Array.fromAsync(jobs.list(query))).map(({ Label }) => Label);
  expect(await found({ Label: "Spring, 1" })).toEqual(["Spring, 1"]);
  expect(await found({ Tag: ["campaign:spring:a,b"] })).toEqual(["Spring, 2", "Spring, 1"]);
  expect(await found({ Tag: ["campaign:spring:a,b", "size:s"] })).toEqual(["Spring, 1"]);
  const named = { Label: "Spring, 1", Tags: { campaign: "spring:a,b", size: "s" } };
  expect(await jobs.get(first.JobId)).toMatchObject(named);
});

it("hands a gzip body over intact", async () => {
  const message = {
    AppId: MESSAGE.AppId,
    Sender: 1,
    Receiver: ["9223372036854775807"],
    MsgType: 10001,
    Content: "消息",
  };
  const body = gzipSync(JSON.stringify({ ...message, InboxType: 0, IsNormalUser: false, Options: { DryRun: true } }));
  const answer = await post(volley, "/v1/jobs", body, { "content-encoding": "gzip" });
  expect(answer).toMatchObject({ status: 200, body: { DryRun: true, Receivers: 1 } });
});
