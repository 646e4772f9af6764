import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobQuery } from "../../clients/sdk/src/types.ts";
import { takeDataDir } from "../../local/data-dir.ts";
import { type LocalStack, runLocalStack, startLocalStack, until } from "../../local/local-stack.ts";
import { type Simulator, startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { ask, clientOf, post } from "../support/ask.ts";
import { endsOn, isAlive } from "../support/ends-on.ts";
import { inboxOf, itemsOf } from "../support/inside-volley.ts";
import {
  hasSent,
  isDone,
  jobOf,
  jobWhen,
  longIds,
  MESSAGE,
  ofStatus,
  outcomesOf,
  postJob,
  tallyOf,
  usersIn,
} from "../support/jobs.ts";
import { KEYS, stackEnv } from "../support/volley.ts";

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

describe("a stack with a LOCAL_DATA_DIR", () => {
  const dir = mkdtempSync(join(tmpdir(), "volley-"));
  const quota = { messages: 8_000, windowMs: 4_000 };
  const ids = longIds(20_000);
  const later = longIds(1_000, 5_000n);
  let simulator: Simulator;
  let second: LocalStack;
  beforeAll(async () => {
    simulator = await startRtcSimulator({ ...KEYS, quota, faults: [{ do: { delayMs: 300 } }] });
  });
  afterAll(async () => {
    await second?.stop();
    await simulator?.stop();
    rmSync(dir, { recursive: true });
  });

  /** Of the stack; the upstream goes on. */
  const start = () =>
    startLocalStack({
      ...stackEnv({ quota }, simulator),
      LOCAL_DATA_DIR: dir,
      QUEUE_VISIBILITY_SECONDS: "10",
      CALL_TIMEOUT_MS: "1500",
    });

  it("keeps lists, tables and queues between runs, also after kill -9: a job goes on where it was", async () => {
    const first = await start();
    expect(first.stdout()).toMatch(READY_ALONE);
    const Options = { NotBefore: new Date(Date.now() + 3_600_000).toISOString() };
    const scheduled = await postJob(first, { ...MESSAGE, Receiver: later, Options });

    expect(() => takeDataDir(dir)).toThrow(`LOCAL_DATA_DIR is in use by process ${first.process.pid}`);

    const { JobId } = await postJob(first, { ...MESSAGE, Receiver: ids });
    const atKill = await jobWhen(first, JobId, hasSent);
    await endsOn(first, "SIGKILL");

    second = await start();
    expect(atKill.Tally.Pending).toBeGreaterThan(0);
    const { Tally } = await jobWhen(second, JobId, isDone);
    const rows = await outcomesOf(second, JobId);
    expect(usersIn(rows)).toEqual(ids);
    expect(Tally).toEqual(tallyOf(rows));
    expect(ofStatus(rows, "sent", "unknown")).toHaveLength(ids.length);
    const inbox = await inboxOf({ simulator });
    expect(ids.filter((id) => (inbox.get(id)?.length ?? 0) > 1)).toEqual([]);
    expect(ofStatus(rows, "sent").filter(({ UserId }) => !inbox.has(UserId))).toEqual([]);

    expect(await jobOf(second, scheduled.JobId)).toMatchObject({ Status: "scheduled" });
    expect(usersIn(await outcomesOf(second, scheduled.JobId, "pending"))).toEqual(later);
    expect((await itemsOf({ stack: second }, "quota")).length).toBe(1);
  });

  it("says what it takes and answers", async () => {
    const { status, headers, body } = await ask(second, "/openapi.json");
    expect({ status, body }).toMatchObject({ status: 200, body: { openapi: "3.1.1" } });
    const known = { "if-none-match": headers.get("etag") ?? "" };
    expect(await ask(second, "/openapi.json", { headers: known })).toMatchObject({ status: 304, body: "" });
  });

  it("serves requests", async () => {
    expect(await ask(second, "/health")).toMatchObject({ status: 200, body: { Status: "ok" } });
  });

  it("listens on loopback only", () => {
    for (const name of ["dynamodb", "sqs", "s3", "events"] as const)
      expect(second.endpoint(name)).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it.each([
    { when: "one byte over what Lambda takes", body: Buffer.alloc(6_291_557, 49), encoding: undefined },
    { when: "binary, which grows by a third on its way to Lambda", body: Buffer.alloc(4_800_000, 1), encoding: "gzip" },
  ])("refuses a body that is $when with 413", async ({ body, encoding }) => {
    const { status } = await post(second, "/v1/jobs", body, encoding ? { "content-encoding": encoding } : {});
    expect(status).toBe(413);
  });

  it("lists jobs by label and by all of several tags", async () => {
    const NotBefore = new Date(Date.now() + 3_600_000).toISOString();
    const wave = (Label: string, Tags: object) =>
      postJob(second, { ...MESSAGE, Receiver: [1], Options: { NotBefore, Label, Tags } });
    const first = await wave("Spring, 1", { campaign: "spring:a,b", size: "s" });
    await wave("Spring, 2", { campaign: "spring:a,b", size: "l" });
    const { jobs } = clientOf(second);
    const found = async (query: JobQuery) => (await Array.fromAsync(jobs.list(query))).map(({ Label }) => Label);
    expect(await found({ Label: "Spring, 1" })).toEqual(["Spring, 1"]);
    expect(await found({ Tag: ["campaign:spring:a,b"] })).toEqual(["Spring, 2", "Spring, 1"]);
    expect(await found({ Tag: ["campaign:spring:a,b", "size:s"] })).toEqual(["Spring, 1"]);
    const named = { Label: "Spring, 1", Tags: { campaign: "spring:a,b", size: "s" } };
    expect(await jobs.get(first.JobId)).toMatchObject(named);
  });

  it("hands a gzip body over intact", async () => {
    const message = { AppId: 1, Sender: 1, Receiver: ["9223372036854775807"], MsgType: 10001, Content: "消息" };
    const body = gzipSync(JSON.stringify({ ...message, InboxType: 0, IsNormalUser: false, Options: { DryRun: true } }));
    const answer = await post(second, "/v1/jobs", body, { "content-encoding": "gzip" });
    expect(answer).toMatchObject({ status: 200, body: { DryRun: true, Receivers: 1 } });
  });

  it("starts a consumer that was killed again", async () => {
    process.kill(second.consumerPid("deliverBulk"), "SIGKILL");
    await until(() => second.stderr().includes("deliverBulk restarted, pid "));
    expect(isAlive(second.consumerPid("deliverBulk"))).toBe(true);
  });

  it("takes every process along on Ctrl-C", async () => {
    await endsOn(second, "SIGINT");
    await expect(fetch(second.endpoint("sqs"))).rejects.toThrow();
    expect(readdirSync(dir)).not.toContain("pid");
  });
});
