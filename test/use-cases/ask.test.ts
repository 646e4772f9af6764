import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import type { Task } from "../../lib/domain/batches.ts";
import { allOf, NO_COUNTS, type OutcomeStatus, type Try } from "../../lib/domain/outcome.ts";
import { makeAsk, type OutcomePosition } from "../../lib/use-cases/query-jobs.ts";
import { aJob, aRecord, aTask, claimAll, NOW } from "../contracts/results-ports.ts";

const BIG = "9223372036854775807";

let ports = memoryResults(() => NOW);
let ask = makeAsk(ports.results);
let job = aJob();

const batch = (n: number, receivers: string, part = 0): Task =>
  aTask(job, { batch: { n, part, first: receivers.split(",")[0] ?? "" }, receivers });
const record = async (task: Task, made: Partial<Try>) => {
  const attempt = { attempt: task.attempt, ...made };
  await ports.batches.record(task, (await ports.batches.look(task)).batch, aRecord(task, attempt));
};
const statusOf = async (userId: string): Promise<string> => {
  const found = ask.outcome(job.id, userId).then(({ status }) => status);
  return found.catch((error) => String(error.status));
};

beforeEach(async () => {
  ports = memoryResults(() => NOW);
  ask = makeAsk(ports.results);
  job = aJob({ state: "running", receivers: 7, batchSize: 3, batches: 3, lastReceiver: BIG });
  await ports.jobs.create(job);
  await ports.jobs.writeManifest(job, [10n, 20n, BigInt(BIG)]); // 10, 12, 14 | 20, 25, 30 | BIG
});

describe("one receiver", () => {
  it.each([
    { id: "9", want: "404" }, // below the first
    { id: "10", want: "pending" },
    { id: "11", want: "pending" }, // nobody knows yet: batches are not written
    { id: "25", want: "pending" },
    { id: BIG, want: "pending" },
  ])("$id before anything was sent: $want", async ({ id, want }) => {
    expect(await statusOf(id)).toBe(want);
  });

  it.each([
    { id: "10", want: "sent" },
    { id: "11", want: "404" },
    { id: "12", want: "failed" },
    { id: "14", want: "pending" }, // has another attempt
    { id: "15", want: "404" }, // past the last receiver of a batch that was sent
    { id: "20", want: "pending" },
    { id: "21", want: "pending" },
    { id: BIG, want: "sent" },
    { id: "9223372036854775806", want: "pending" }, // might be in the batch before the last
  ])("$id after some batches: $want", async ({ id, want }) => {
    await record(batch(0, "10,12,14"), { sent: { "10": "7" }, failed: { "12": "X" }, retry: { "14": "F" } });
    await claimAll(ports, batch(1, "20,25,30"));
    await record(batch(2, BIG), { sent: { [BIG]: "8" } });
    expect(await statusOf(id)).toBe(want);
  });

  it.each([
    { id: "12", want: "sent" },
    { id: "13", want: "pending" }, // might be in the part that is on its way; of parts nobody keeps the size
    { id: "14", want: "pending" },
  ])("$id of a batch the quota split: $want", async ({ id, want }) => {
    const task = batch(0, "10,12,14");
    const entry = { ...aRecord(task, { sent: allOf(["10", "12"], "7") }), covers: 2, last: "12" };
    await ports.batches.record(task, (await ports.batches.look(task)).batch, entry);
    expect(await statusOf(id)).toBe(want);
    await record(batch(0, "14", 1), { sent: { "14": "7" } });
    expect(await statusOf(id)).toBe(id === "13" ? "pending" : "sent");
  });

  it("shows what a later attempt came to", async () => {
    const task = batch(0, "10,12,14");
    await record(task, { requestId: "r1", sent: { "10": "7" }, retry: { "12": "F", "14": "F" } });
    await record({ ...task, attempt: 2 }, { requestId: "r2", sent: { "12": "8" }, retry: { "14": "F" } });
    expect(await ask.outcome(job.id, "12")).toEqual({
      userId: "12",
      status: "sent",
      messageId: "8",
      requestId: "r2",
      atMs: NOW,
    });
    expect(await statusOf("14")).toBe("pending");
  });

  it.each([{ id: "11" }, { id: "21" }])("$id was never in a job that is done: 404", async ({ id }) => {
    await ports.tallies.finish(job);
    expect(await statusOf(id)).toBe("404");
  });

  it("of no job: 404", async () => {
    await expect(ask.outcome("0".repeat(25), "10")).rejects.toMatchObject({ code: "BAD_REQUEST", status: 404 });
  });
});

describe("a job", () => {
  it("is shown with its exact counts, what is in none of them pending", async () => {
    await ports.tallies.add(job, 0, { tag: "0.1", counts: { ...NO_COUNTS, sent: 2, failed: 1 } });
    expect(await ask.job(job.id)).toEqual({ job, counts: { ...NO_COUNTS, sent: 2, failed: 1 }, pending: 4 });
  });

  it("that is not there: 404, for its outcomes too", async () => {
    const id = "0".repeat(25);
    await expect(ask.job(id)).rejects.toMatchObject({ status: 404 });
    await expect(ask.outcomes(id, { limit: 1 })).rejects.toMatchObject({ status: 404 });
  });
});

describe("outcomes", () => {
  const all = async (query: { status?: OutcomeStatus; limit: number }) => {
    const ids: string[] = [];
    let position: OutcomePosition | undefined;
    do {
      const page = await ask.outcomes(job.id, { ...query, ...(position && { position }) });
      expect(page.outcomes.length).toBeLessThanOrEqual(query.limit);
      if (page.next) expect(page.outcomes).toHaveLength(query.limit);
      ids.push(...page.outcomes.map(({ userId }) => userId));
      position = page.next;
    } while (position);
    return ids;
  };

  beforeEach(async () => {
    await record(batch(0, "10,12,14"), { sent: { "10": "7" }, failed: { "12": "X" }, retry: { "14": "F" } });
    await record(batch(1, "20,25,30"), { sent: { "20": "7", "30": "7" }, unknown: { "25": "NotInAnswer" } });
    await record(batch(2, BIG), { canceled: { [BIG]: "Canceled" } });
    await record({ ...batch(0, "10"), attempt: 2, receivers: "14" }, { failed: { "14": "F" } });
  });

  it.each<{ status?: OutcomeStatus; want: string[] }>([
    { want: ["10", "12", "14", "20", "25", "30", BIG] },
    { status: "sent", want: ["10", "20", "30"] },
    { status: "failed", want: ["12", "14"] },
    { status: "unknown", want: ["25"] },
    { status: "canceled", want: [BIG] },
    { status: "pending", want: [] },
  ])("of status $status: $want, however small the pages", async ({ status, want }) => {
    for (const limit of [1, 2, 3, 7, 8, 1_000]) {
      expect(await all({ limit, ...(status && { status }) })).toEqual(want);
    }
  });

  it("a page that holds the rest names no next one", async () => {
    expect((await ask.outcomes(job.id, { limit: 7 })).next).toBeUndefined();
  });

  it("page through any batches of any size without losing or repeating one", async () => {
    const cut = fc.tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }), fc.integer({ min: 1, max: 9 }));
    await fc.assert(
      fc.asyncProperty(cut, async ([sizes, limit]) => {
        job = aJob({ state: "running", lastReceiver: "99" });
        await ports.jobs.create(job);
        let id = 8; // so that some have one digit and some two
        for (const [n, size] of sizes.entries()) {
          const ids = Array.from({ length: size }, () => String(id++));
          await record(batch(n, ids.join()), { sent: allOf(ids, "7") });
        }
        expect(await all({ limit })).toEqual(Array.from({ length: id - 8 }, (_, i) => String(8 + i)));
      }),
    );
  });
});
