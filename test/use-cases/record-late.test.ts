import { describe, expect, it } from "vitest";
import { allOf, makeTry, NO_COUNTS } from "../../lib/domain/outcome.ts";
import { makeRecord } from "../../lib/use-cases/record-attempt.ts";
import { claimAll, NOW } from "../contracts/results-ports.ts";
import { IDS, lost, sentTo, setUp } from "./recording.ts";

describe("a worker that is late", () => {
  it("joins what others wrote meanwhile, and corrects the tally", async () => {
    const { ports, job, task, record, look } = await setUp();
    const mine = await claimAll(ports, task);
    await record(job, task, mine, IDS, lost);
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, unknown: 3 });
    await record(job, task, mine, IDS, sentTo(IDS));
    expect((await look(task)).tries).toEqual([lost, sentTo(IDS)]);
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 3 });
  });

  it("counts a change that its writer did not live to count", async () => {
    const { ports, job, task, record, look } = await setUp();
    const change = { tag: "0.1", counts: { ...NO_COUNTS, unknown: 3 } };
    const entry = { try: lost, nextAttempt: 2, change, covers: 3, last: "3", endsClaim: true };
    await ports.batches.record(task, await look(task), entry);
    await record(job, task, await look(task), IDS, sentTo(IDS));
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 3 });
  });

  it("is counted though it dies right after its record, and who gave it up has deleted its message", async () => {
    const { ports, queue, job, task, record, enqueued, look } = await setUp();
    const mine = await claimAll(ports, task);
    await record(job, task, mine, IDS, lost);
    const add: typeof ports.tallies.add = async (...args) => {
      if (args[2].tag === "0.2") throw new Error("dies");
      return ports.tallies.add(...args);
    };
    const dying = makeRecord({ ...ports, tallies: { ...ports.tallies, add }, queue });
    await expect(dying.record(job, task, mine, IDS, sentTo(IDS))).rejects.toThrow("dies");
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, unknown: 3 });
    expect(enqueued.map((one) => one.task)).toEqual([task]);
    await makeRecord({ ...ports, queue }).follow(job, task, await look(task)); // what this message comes to
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 3 });
  });

  it("a worker that was given up and sent again adds to the later attempts only what it sent", async () => {
    const { ports, job, task, record, look } = await setUp({ delivery: "at-least-once" });
    const mine = await claimAll(ports, task);
    const again = makeTry({ atMs: NOW, attempt: 1, unclear: true, retry: allOf(IDS, "WorkerLost") });
    await record(job, task, mine, IDS, again);
    const made = makeTry({
      atMs: NOW,
      attempt: 1,
      requestId: "r",
      sent: { "1": "7" },
      retry: { "2": "F" },
      unknown: { "3": "N" },
    });
    await record(job, task, mine, IDS, made);
    expect((await look(task)).tries).toEqual([again]);
    const late = makeTry({ atMs: NOW, attempt: 1, requestId: "r", maybeTwice: true, sent: { "1": "7" } });
    expect((await look({ ...task, attempt: 2 })).tries).toEqual([late]);
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 1 });
  });

  it("leaves the claim of the one that sends again alone", async () => {
    const { ports, job, task, record, look } = await setUp({ delivery: "at-least-once" });
    const mine = await claimAll(ports, task);
    await record(
      job,
      task,
      mine,
      IDS,
      makeTry({ atMs: NOW, attempt: 1, unclear: true, retry: allOf(IDS, "WorkerLost") }),
    );
    const { claim } = await claimAll(ports, { ...task, attempt: 2 });
    await record(job, task, mine, IDS, sentTo(IDS));
    expect(await look({ ...task, attempt: 2 })).toMatchObject({ claim, tries: [{ attempt: 1 }] });
  });

  it("leaves the claim of the one that came after it alone", async () => {
    const { ports, job, task, record, look } = await setUp();
    const second = { ...task, attempt: 2 };
    const mine = await claimAll(ports, { ...second, receivers: "1" });
    await record(job, second, mine, ["1"], makeTry({ atMs: NOW, attempt: 2, unknown: { "1": "WorkerLost" } }));
    const { claim } = await claimAll(ports, { ...second, receivers: "2,3" });
    await record(job, second, mine, ["1"], makeTry({ atMs: NOW, attempt: 2, sent: { "1": "7" } }));
    expect(await look(second)).toMatchObject({
      claim,
      tries: [{ unknown: { "1": "WorkerLost" } }, { sent: { "1": "7" } }],
    });
  });

  it("never takes a batch back to an earlier attempt", async () => {
    const { ports, job, task, record, look } = await setUp();
    const second = { ...task, attempt: 2, receivers: "1,2" };
    const mine = await claimAll(ports, second);
    await record(job, second, mine, ["1", "2"], makeTry({ atMs: NOW, attempt: 2, retry: allOf(["1", "2"], "F") }));
    const third = { ...second, attempt: 3 };
    await record(
      job,
      third,
      await look(third),
      ["1", "2"],
      makeTry({ atMs: NOW, attempt: 3, failed: allOf(["1", "2"], "F") }),
    );
    await record(job, second, mine, ["1"], makeTry({ atMs: NOW, attempt: 2, sent: { "1": "7" } }));
    expect((await look(second)).attempt).toBe(4);
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, sent: 1, failed: 1 });
  });
});

describe("a record whose answer got lost", () => {
  it.each([
    { when: "everybody was sent to", made: sentTo(IDS), counts: { sent: 3 } },
    {
      when: "some were refused",
      made: makeTry({ atMs: NOW, attempt: 1, sent: { "1": "7" }, retry: { "2": "F", "3": "F" } }),
      counts: { sent: 1 },
    },
    {
      when: "it may have arrived",
      made: makeTry({ atMs: NOW, attempt: 1, unclear: true, retry: allOf(IDS, "CallTimeout") }),
      counts: {},
    },
  ])("counts nobody twice when $when, and goes on", async ({ made, counts }) => {
    const { ports, queue, job, task, enqueued } = await setUp();
    let lostAnswers = 1;
    const batches: typeof ports.batches = {
      ...ports.batches,
      record: async (...args) => (await ports.batches.record(...args)) && lostAnswers-- <= 0,
    };
    const { record } = makeRecord({ ...ports, batches, queue });
    await record(job, task, await claimAll(ports, task), IDS, made);
    expect(await ports.tallies.read(job)).toEqual({ ...NO_COUNTS, ...counts });
    const [spare, ...next] = enqueued.map(({ task: { receivers } }) => receivers);
    expect(spare).toBe(IDS.join()); // for the case that this worker dies now
    expect(next).toEqual(Object.keys(made.retry).length > 0 ? [Object.keys(made.retry).join()] : []);
  });
});
