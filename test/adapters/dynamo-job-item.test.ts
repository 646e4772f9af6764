import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { fromJobItem, fromJobSummary, SHARDS, shardOf, toJobItem } from "../../lib/adapters/dynamo-job-item.ts";
import { aJob, drawId, NOW } from "../support/a-job.ts";
import { anExpressJob } from "../support/an-express-job.ts";

describe("shardOf", () => {
  // Published hashes: 811c9dc5, e40c292c, bf9cf968. @see http://www.isthe.com/chongo/src/fnv/test_fnv.c
  it.each([
    { id: "", want: 4 },
    { id: "a", want: 7 },
    { id: "foobar", want: 5 },
  ])("puts $id into the same shard for ever: $want", ({ id, want }) => {
    expect(shardOf(id)).toBe(want);
  });

  it("spreads ids evenly", () => {
    const shards = Array.from({ length: 8_000 }, () => shardOf(drawId()));
    const counts = SHARDS.map((shard) => shards.filter((one) => one === shard).length);
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe("toJobItem", () => {
  it("puts a job into the indexes, into `due` only while somebody has to look at it", () => {
    const job = aJob({ id: "0123456789abcdefghijklmno", clientId: "local", appId: 7, lane: "express", dueAtMs: 5 });
    const item = toJobItem(job, "token");
    expect(item).toMatchObject({
      pk: { S: "JOB#0123456789abcdefghijklmno" },
      sk: { S: "JOB" },
      clientPk: { S: "CLIENT#local#0" },
      appPk: { S: "APP#local#7#0" },
      createdSk: { S: `${new Date(NOW).toISOString()}#0123456789abcdefghijklmno` },
      duePk: { S: "DUE#express#0" },
      dueAt: { N: "5" },
      token: { S: "token" },
    });
    const { dueAtMs: _, ...ended } = job;
    expect(toJobItem(ended, "")).not.toHaveProperty("duePk");
    expect(toJobItem(ended, "")).not.toHaveProperty("dueAt");
  });

  it("puts a job into the index `outbox` only while it has something to tell", () => {
    const job = aJob({ id: "0123456789abcdefghijklmno", events: true, publishAtMs: 5 });
    expect(toJobItem(job, "")).toMatchObject({ outboxPk: { S: "OUTBOX#0" }, outboxAt: { N: "5" } });
    const { publishAtMs: _, ...told } = job;
    expect(toJobItem(told, "")).not.toHaveProperty("outboxPk");
    expect(toJobItem(told, "")).not.toHaveProperty("outboxAt");
  });

  it("stays below 1 KB for an express job, so that writing it costs one unit, also when it has ended", () => {
    const job = anExpressJob();
    const history = [...job.history, { atMs: job.createdAtMs, event: "finish", by: "volley" }];
    expect(sizeOf({ M: toJobItem({ ...job, history, canceled: 0 }, "12345678") })).toBeLessThan(900);
  });

  it("stays below 1 KB with a label and two tags too", () => {
    const named = { label: "Spring, first wave", tags: { campaign: "spring-2026", team: "growth" } };
    expect(sizeOf({ M: toJobItem({ ...anExpressJob(), ...named }, "12345678") })).toBeLessThan(1_000);
  });

  it.each([
    { goneAtMs: 5_000, want: "5" },
    { goneAtMs: 5_001, want: "6" },
  ])("is deleted by the table no earlier than it is gone: $goneAtMs", ({ goneAtMs, want }) => {
    expect(toJobItem(aJob({ goneAtMs }), "")["expiresAt"]).toEqual({ N: want });
  });
});

describe("fromJobItem", () => {
  const item = toJobItem(aJob(), "token");

  it("reads a job of before jobs had a trace, and one that has it", () => {
    const { trace, ...before } = toJobItem(anExpressJob(), "token");
    expect(trace).toBeDefined();
    expect(fromJobItem({ ...before, trace } as typeof item).trace).toBe(trace?.S);
    expect(fromJobItem(before as typeof item)).not.toHaveProperty("trace");
  });

  it.each([
    { when: "a state that is none", bad: { state: { S: "sleeping" } }, says: "state is sleeping" },
    { when: "a lane that is none", bad: { lane: { S: "slow" } }, says: "lane is slow" },
    { when: "a version that is no number", bad: { version: { S: "1" } }, says: "version" },
    { when: "shares that are no list", bad: { shares: { S: "[]" } }, says: "shares is not a list" },
    { when: "a share that is no map", bad: { shares: { L: [{ S: "x" }] } }, says: "entry is not a map" },
    {
      when: "a range that is no number",
      bad: { shares: { L: [{ M: { id: { S: "x" }, batches: { L: [{ S: "1" }] } } }] } },
      says: "bound",
    },
    { when: "a list that is no map", bad: { list: { S: "x" } }, says: "list is not a map" },
    { when: "an outbox that is no list", bad: { outbox: { S: "x" } }, says: "outbox is not a list" },
    {
      when: "an event that is none",
      bad: { outbox: { L: [{ M: { type: { S: "JobSlept" } } }] } },
      says: "type is JobSlept",
    },
    {
      when: "a callback in no state",
      bad: { callback: { M: { url: { S: "x" }, state: { S: "x" } } } },
      says: "state is x",
    },
    { when: "a window that is no map", bad: { window: { S: "09:00" } }, says: "window is not a map" },
    {
      when: "a window without a zone",
      bad: { window: { M: { from: { S: "09:00" }, to: { S: "21:00" } } } },
      says: "timeZone",
    },
    {
      when: "a brake that is none",
      bad: { pauseAfter: { M: { percent: { S: "5" }, of: { N: "1" } } } },
      says: "percent is not a whole number",
    },
    { when: "lists to leave out that are none", bad: { except: { S: "x" } }, says: "except is not a list" },
    {
      when: "a source of another kind",
      bad: { source: { M: { include: { L: [{ S: "sent" }] } } } },
      says: "one is sent",
    },
  ])("refuses $when", ({ bad, says }) => {
    expect(() => fromJobItem({ ...item, ...bad })).toThrow(says);
  });

  it.each(["id", "run", "version", "clientId", "state", "goneAtMs", "cursor", "history"])(
    "refuses an item without %s",
    (name) => {
      const { [name]: _, ...rest } = item;
      expect(() => fromJobItem(rest)).toThrow(TypeError);
    },
  );

  it.each([
    { when: "tags that are no map", bad: { tags: { S: "x" } }, says: "tags is not a map" },
    { when: "a tag that is no text", bad: { tags: { M: { a: { N: "1" } } } }, says: "tag is not a string" },
  ])("refuses $when", ({ bad, says }) => {
    expect(() => fromJobSummary({ ...item, ...bad })).toThrow(says);
  });

  it("refuses a summary without its attributes", () => {
    expect(() => fromJobSummary({ id: { S: "x" } })).toThrow("appId is not a whole number");
  });
});

/** Bytes by DynamoDB's rules, about. @see Developer Guide, DynamoDB item sizes and formats */
function sizeOf({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return S.length;
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L !== undefined) return L.reduce((sum, one) => sum + 1 + sizeOf(one), 3);
  return Object.entries(M ?? {}).reduce((sum, [name, one]) => sum + 1 + name.length + sizeOf(one), 3);
}
