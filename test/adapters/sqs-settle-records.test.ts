import { Logger } from "@aws-lambda-powertools/logger";
import type { Context, SQSRecord } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeSettleRecords } from "../../lib/adapters/sqs-settle-records.ts";
import { DELETE, type Settled } from "../../lib/domain/settled.ts";
import { sqsRecord } from "../support/sqs-record.ts";

const NOW = 1_000_000;
const context = { getRemainingTimeInMillis: () => 29_000 } as Context;

describe("settleRecords", () => {
  const told: unknown[] = [];
  const log = new Logger({ logLevel: "SILENT" });
  const error = vi.spyOn(log, "error");
  beforeEach(() => {
    told.length = 0;
    error.mockClear();
  });

  const settleRecords = makeSettleRecords({
    log,
    now: () => NOW,
    onFailure: () => void told.push("counted"),
    returns: {
      after: async ({ messageId }, ms) => void told.push({ messageId, ms }),
      afterFailure: async ({ messageId }) => void told.push({ messageId, failed: true }),
    },
  });
  const settle = (bodies: readonly string[], work: (body: string, deadlineMs: number) => Promise<Settled>) => {
    const Records: SQSRecord[] = bodies.map((body) => sqsRecord(`id of ${body}`, body));
    return settleRecords({ Records }, context, work);
  };

  it.each([
    { when: "is done with", settled: DELETE, failures: [], want: [] },
    {
      when: "waits",
      settled: { kind: "go-back", atMs: NOW + 2_500 },
      failures: [{ itemIdentifier: "id of a" }],
      want: [{ messageId: "id of a", ms: 2_500 }],
    },
  ] as const)("a message that $when", async ({ settled, failures, want }) => {
    expect(await settle(["a"], async () => settled)).toEqual({ batchItemFailures: failures });
    expect(told).toEqual(want);
    expect(error).not.toHaveBeenCalled();
  });

  it("a message that fails comes again, and the log names it with the cause", async () => {
    const cause = new Error("the table is away");
    const answer = await settle(["a"], () => Promise.reject(cause));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "id of a" }] });
    expect(told).toEqual(["counted", { messageId: "id of a", failed: true }]);
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.any(String), { messageId: "id of a", error: cause });
  });

  it.each([
    { body: { v: 1, job: "j", run: "r", share: "s", batch: 7, receivers: "1,2" }, names: ["j", "r", "s", 7] },
    { body: { v: 1, account: "a", atMs: 1 }, names: ["a"] },
    { body: { v: 1, job: { nested: "secret" }, run: "r".repeat(65), batch: "7" }, names: [] },
    { body: null, names: [] },
  ])("names what failed in the log, and tells nothing else: $body", async ({ body, names }) => {
    await settle([JSON.stringify(body)], () => Promise.reject(new Error("the table is away")));
    const [, { messageId: _, error: __, ...named }] = error.mock.calls[0] as [string, Record<string, unknown>];
    const keys = ["account", "job", "run", "share", "batch"].filter((key) => key in named);
    expect(keys.map((key) => named[key])).toEqual(names);
    expect(Object.keys(named)).toHaveLength(keys.length);
  });

  it("works on all of them side by side, and one failure is no other's", async () => {
    const all = Promise.withResolvers<void>();
    let begun = 0;
    const { batchItemFailures } = await settle(["a", "b", "c"], async (body) => {
      if (++begun === 3) all.resolve();
      await all.promise;
      if (body === "b") throw new Error("b fails");
      return DELETE;
    });
    expect(batchItemFailures).toEqual([{ itemIdentifier: "id of b" }]);
    expect(told).toEqual(["counted", { messageId: "id of b", failed: true }]);
  });

  it("tells the work when its time is over", async () => {
    const deadlines: number[] = [];
    await settle(["a", "b"], async (_, deadlineMs) => {
      deadlines.push(deadlineMs);
      return DELETE;
    });
    expect(deadlines).toEqual([NOW + 29_000, NOW + 29_000]);
  });

  it("forgets one event when the next comes", async () => {
    await settle(["a"], () => Promise.reject(new Error("a fails")));
    expect(await settle(["b"], async () => DELETE)).toEqual({ batchItemFailures: [] });
  });
});
