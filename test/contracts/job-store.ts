import { beforeAll, describe, expect, it } from "vitest";
import { checkAtMs, type JobState } from "../../lib/domain/job.ts";
import { aJob, type MakeResults, NOW, type ResultsPorts } from "./results-ports.ts";

const DUE_NEVER = NOW + 10 ** 12;

/** Every store of job items passes this one suite. */
export function jobStoreContract(name: string, make: MakeResults): void {
  let { jobs, results } = {} as ResultsPorts;
  const stateOf = async (id: string) => (await results.job(id))?.state;
  const dueUntil = async (id: string, untilMs: number) => (await jobs.due(untilMs, 10_000)).includes(id);

  describe(`${name} honours JobStore`, () => {
    beforeAll(() => {
      ({ jobs, results } = make(() => NOW));
    });

    it("creates a job once, and gives back the one that is there", async () => {
      const job = aJob();
      expect(await jobs.create(job)).toBeUndefined();
      expect(await jobs.create({ ...job, requestHash: "another" })).toEqual(job);
      expect(await results.job(job.id)).toEqual(job);
    });

    it("lets one of many rivals create a job", async () => {
      const job = aJob();
      const rivals = Array.from({ length: 8 }, (_, i) => jobs.create({ ...job, requestHash: `hash ${i}` }));
      expect((await Promise.all(rivals)).filter((existing) => existing === undefined)).toHaveLength(1);
    });

    it("keeps everything as it is, whatever is said", async () => {
      const { message, ...rest } = aJob({
        delivery: "at-least-once",
        lane: "express",
        receivers: 1_000_000,
        duplicatesDropped: 7,
        batches: 2_000,
        lastReceiver: "9223372036854775807",
        notBeforeMs: NOW + 1,
        expiresAtMs: NOW + 2,
        owner: "arn:aws:iam::123456789012:user/somebody",
      });
      const said = {
        AppId: message.AppId,
        Sender: "9007199254740993",
        InboxType: 0,
        MsgType: 0,
        Content: '{"text":"línea\\n🙂\u0000"}',
        IsNormalUser: false,
        Ext: { k: "", "a.b#c:d": "v", constructorName: "x" },
      };
      await jobs.create({ ...rest, message: said });
      expect(await results.job(rest.id)).toEqual({ ...rest, message: said });
    });

    it.each([
      { when: "nothing", Content: "", Ext: {} },
      { when: "64 KB", Content: "漢".repeat(20_000), Ext: { long: "x".repeat(5_000) } },
    ])("keeps a message that says $when", async ({ Content, Ext }) => {
      const { message, ...rest } = aJob();
      const job = { ...rest, message: { ...message, Content, Ext } };
      await jobs.create(job);
      expect(await results.job(job.id)).toEqual(job);
    });

    it.each<{ later: boolean; state: "running" | "scheduled" }>([
      { later: false, state: "running" },
      { later: true, state: "scheduled" },
    ])("starts an accepting job: $state", async ({ later, state }) => {
      const job = aJob({ ...(later && { notBeforeMs: NOW + 3_600_000 }) });
      await jobs.create(job);
      await jobs.start(job, state);
      expect(await stateOf(job.id)).toBe(state);
      const dueAtMs = later ? NOW + 3_600_000 : checkAtMs(job, NOW);
      expect(await dueUntil(job.id, dueAtMs - 1)).toBe(false);
      expect(await dueUntil(job.id, dueAtMs)).toBe(true);
    });

    it.each<{ state: JobState }>([{ state: "canceled" }, { state: "abandoned" }, { state: "done" }])(
      "does not start a job that is $state",
      async ({ state }) => {
        const job = aJob();
        await jobs.create(job);
        await jobs.move(job.id, ["accepting"], state);
        await jobs.start(job, "running");
        expect(await stateOf(job.id)).toBe(state);
      },
    );

    it.each<{ state: JobState; want: boolean }>([
      { state: "accepting", want: true },
      { state: "abandoned", want: true },
      { state: "running", want: false },
      { state: "canceled", want: false },
    ])("hands over an intake that is $state: $want", async ({ state, want }) => {
      const job = aJob();
      await jobs.create(job);
      await jobs.move(job.id, ["accepting"], state);
      expect(await jobs.takeOver(job, NOW + 120_000)).toBe(want);
      const now = { state: want ? "accepting" : state, acceptingUntilMs: want ? NOW + 120_000 : NOW + 60_000 };
      expect(await results.job(job.id)).toMatchObject(now);
    });

    it("hands an intake over to one of many rivals", async () => {
      const job = aJob();
      await jobs.create(job);
      const rivals = Array.from({ length: 8 }, (_, i) => jobs.takeOver(job, NOW + 120_000 + i));
      expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
    });

    it("gives an intake up, but not one that somebody took over or that ended", async () => {
      const job = aJob();
      await jobs.create(job);
      await jobs.takeOver(job, NOW + 120_000);
      expect(await jobs.abandon(job)).toBe(false);
      expect(await stateOf(job.id)).toBe("accepting");
      expect(await jobs.abandon({ ...job, acceptingUntilMs: NOW + 120_000 })).toBe(true);
      expect(await stateOf(job.id)).toBe("abandoned");
      expect(await dueUntil(job.id, DUE_NEVER)).toBe(false);

      const ended = aJob();
      await jobs.create(ended);
      await jobs.start(ended, "running");
      expect(await jobs.abandon(ended)).toBe(false);
    });

    it("keeps the first receiver of every batch, more than one item holds", async () => {
      const job = aJob();
      const firsts = Array.from({ length: 12_345 }, (_, i) => 9_223_372_036_854_000_000n + BigInt(i));
      await jobs.create(job);
      await jobs.writeManifest(job, firsts);
      await jobs.writeManifest(job, firsts); // a resumed intake writes it again
      expect(await results.firsts(job.id)).toEqual(firsts.map(String));
    });

    it("moves a job on from the states it may be in, and from no other", async () => {
      const { id } = aJob();
      await jobs.create(aJob({ id }));
      expect(await jobs.move(id, ["running", "paused"], "canceled")).toBe(false);
      expect(await stateOf(id)).toBe("accepting");
      expect(await jobs.move(id, ["running", "accepting"], "canceled")).toBe(true);
      expect(await results.job(id)).toMatchObject({ state: "canceled", movedAtMs: NOW });
      expect(await jobs.move("0".repeat(25), ["running"], "paused")).toBe(false);
    });

    it("names jobs that somebody has to look at: a paused one waits for a person", async () => {
      const job = aJob();
      await jobs.create(job);
      expect(await dueUntil(job.id, job.acceptingUntilMs - 1)).toBe(false);
      expect(await dueUntil(job.id, job.acceptingUntilMs)).toBe(true);
      await jobs.start(job, "running");
      await jobs.move(job.id, ["running"], "paused");
      expect(await dueUntil(job.id, DUE_NEVER)).toBe(false);
      await jobs.move(job.id, ["paused"], "running");
      expect(await dueUntil(job.id, NOW)).toBe(true);
      await jobs.lookAgain(job.id, NOW + 5);
      expect(await dueUntil(job.id, NOW + 4)).toBe(false);
      expect(await dueUntil(job.id, NOW + 5)).toBe(true);
      await jobs.lookAgain(job.id, undefined);
      expect(await dueUntil(job.id, DUE_NEVER)).toBe(false);
    });

    it("names the longest due first, and no more than asked for", async () => {
      const [a, b] = [aJob({ acceptingUntilMs: 20 }), aJob({ acceptingUntilMs: 10 })];
      await jobs.create(a);
      await jobs.create(b);
      expect(await jobs.due(30, 10)).toEqual([b.id, a.id]);
      expect(await jobs.due(30, 1)).toEqual([b.id]);
      await jobs.lookAgain("0".repeat(25), NOW); // a job that expired leaves nothing behind
      expect(await results.job("0".repeat(25))).toBeUndefined();
      for (const { id } of [a, b]) await jobs.lookAgain(id, undefined);
    });
  });
}
