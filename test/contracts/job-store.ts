import { beforeAll, describe, expect, it } from "vitest";
import type { Job, JobChange } from "../../lib/domain/job.ts";
import { beginImport } from "../../lib/domain/list-upload.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { aJob, drawId, NOW } from "../support/a-job.ts";

/** A job that has everything a job can have. */
const fullJob = (): Job =>
  aJob({
    clientId: "client.1@example#x",
    delivery: "at-least-once",
    state: "scheduled",
    receivers: 1_000_000_000,
    duplicatesDropped: 7,
    batches: 2_000_000,
    cursor: 1_999_999,
    list: { key: `lists/${drawId()}`, bytes: 8_016_000_000, sha256: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
    shares: [
      { id: "queued00", batches: [[0, 1]], queuedAtMs: NOW },
      {
        id: "owed0000",
        batches: [
          [1, 700],
          [1_000_000, 1_999_999],
        ],
      },
      { id: "empty000", batches: [] },
    ],
    history: [
      { atMs: NOW, event: "accept", by: "client" },
      { atMs: NOW + 1, event: "pause", by: "línea\n🙂" },
    ],
    notBeforeMs: NOW + 1,
    sendWindow: { from: "22:00", to: "06:30", timeZone: "America/Argentina/Buenos_Aires" },
    maxPerMinute: 600,
    pacedUntilMs: NOW + 60_000,
    pauseAfterFailures: { percent: 5, of: 1_000 },
    brakeBase: { failed: 1, counted: 2 },
    excluded: 5,
    except: [
      { list: { key: "lists/other", bytes: 8_016, sha256: "abc=" }, receivers: 1_000, batches: 2, batchSize: 500 },
    ],
    endsAtMs: NOW + 2,
    canceled: 3,
    source: { job: drawId(), run: drawId(), include: ["unknown"] },
    upload: { format: "csv", gzip: true, column: "UserId", maxBadLines: 7, maxReceivers: 1_000_000 },
    import: {
      ...{ etag: '"etag"', totalBytes: 2 ** 30, bytes: 2 ** 29, ids: 5, badLines: 3, described: 2, isRead: false },
      place: { offset: 2 ** 31, lines: 9, layout: { delimiter: "\t", column: 1, columns: 2, isGuess: true } },
      segments: [
        { id: "drawn001", count: 2 },
        { id: "drawn002", count: 1 },
      ],
      report: "reports/run/drawn002/bad-lines.ndjson",
    },
    reason: "ListDamaged",
    outbox: [
      { type: "JobStarted", version: 0, atMs: NOW, published: true },
      { type: "JobPaused", version: 1, atMs: NOW + 1, reason: "its list", posted: true },
      { type: "JobHeld", version: 1, atMs: NOW + 2 },
    ],
    publishAtMs: NOW + 3,
    heldAtMs: NOW + 2,
    callback: {
      url: "https://example.com/volley?key=ü",
      state: "waiting",
      attempts: 2,
      sinceMs: NOW,
      nextAtMs: NOW + 3,
      lastStatus: 503,
      lastError: "CallTimeout",
      last: { type: "JobPaused", version: 1, atMs: NOW + 1, reason: "its list" },
    },
  });

/** Every JobStore passes this one suite. */
export function jobStoreContract(name: string, make: () => JobStore): void {
  let store: JobStore;

  const created = async (parts: Partial<Job> = {}): Promise<Job> => {
    const job = aJob(parts);
    expect(await store.create(job, NOW)).toBeUndefined();
    return job;
  };

  describe(`${name} honours JobStore`, () => {
    beforeAll(() => {
      store = make();
    });

    it("finds nothing where nothing is", async () => {
      expect(await store.find(drawId())).toBeUndefined();
    });

    it("creates a job once, and gives back the one that is there", async () => {
      const job = await created();
      expect(await store.create({ ...job, run: drawId(), requestHash: "another" }, NOW)).toEqual(job);
      expect(await store.find(job.id)).toEqual(job);
    });

    it("counts the repetition of a create as written, and leaves what came since", async () => {
      const job = await created();
      const paused = await store.write(job, { state: "paused" });
      expect(await store.create(job, NOW)).toBeUndefined();
      expect(await store.find(job.id)).toEqual(paused);
    });

    it("lets one of many rivals create a job", async () => {
      const { id } = aJob();
      const rivals = Array.from({ length: 8 }, () => aJob({ id }));
      const answers = await Promise.all(rivals.map((job) => store.create(job, NOW)));
      expect(answers.filter((standing) => standing === undefined)).toHaveLength(1);
      const winner = rivals[answers.indexOf(undefined)];
      expect(answers.filter((standing) => standing !== undefined)).toEqual(Array(7).fill(winner));
      expect(await store.find(id)).toEqual(winner);
    });

    it.each([
      { when: "a moment before it is gone", atMs: NOW - 1, replaced: false },
      { when: "from its moment on", atMs: NOW, replaced: true },
    ])("replaces a job $when: $replaced", async ({ atMs, replaced }) => {
      const old = await created({ goneAtMs: NOW, state: "done", canceled: 1, endsAtMs: 1 });
      const next = aJob({ id: old.id });
      expect(await store.create(next, atMs)).toEqual(replaced ? undefined : old);
      expect(await store.find(old.id)).toEqual(replaced ? next : old);
    });

    it("keeps everything as it is", async () => {
      const { dueAtMs: _, ...ended } = aJob({ lane: "express", state: "done", shares: [], cursor: 0 });
      for (const job of [fullJob(), { ...fullJob(), events: true } as const, ended]) {
        await store.create(job, NOW);
        expect(await store.find(job.id)).toEqual(job);
      }
    });

    it.each<{ when: string; change: JobChange }>([
      { when: "the state", change: { state: "paused" } },
      { when: "what is to be told", change: { outbox: [], publishAtMs: NOW + 9 } },
      { when: "that all is told", change: { outbox: undefined, publishAtMs: undefined } },
      {
        when: "its callback",
        change: { callback: { url: "https://example.com/", state: "ended", attempts: 0, sinceMs: 0 } },
      },
      { when: "when it is due", change: { dueAtMs: NOW + 1 } },
      { when: "several fields", change: { state: "done", dueAtMs: undefined, shares: [], canceled: 2, endsAtMs: NOW } },
      { when: "nothing", change: {} },
      { when: "a field to what it is", change: { state: "scheduled", cursor: 1_999_999 } },
      { when: "shares", change: { cursor: 2_000_000, shares: [{ id: "newshare", batches: [[5, 6]], queuedAtMs: 0 }] } },
      { when: "how a share stands", change: { shares: [{ id: "queued00", batches: [[0, 1]] }] } },
      {
        when: "how far its import has come",
        change: {
          import: { ...beginImport(), isRead: true },
          upload: { format: "txt", gzip: false, column: 2, maxBadLines: 0 },
        },
      },
      { when: "what is removed", change: { reason: undefined, notBeforeMs: undefined, list: undefined } },
      { when: "from where its failures count", change: { brakeBase: { failed: 0, counted: 0 } } },
      {
        when: "what it has asked for and needs no more",
        change: { except: undefined, brakeBase: undefined, excluded: 9 },
      },
      { when: "how far it is paced", change: { pacedUntilMs: NOW + 120_000 } },
      { when: "when it is gone", change: { goneAtMs: NOW + 5_000, expiresAtMs: NOW + 1_000 } },
      { when: "its history", change: { history: [{ atMs: 1, event: "resume", by: "volley" }] } },
    ])("changes $when, and leaves the rest", async ({ change }) => {
      const job = fullJob();
      await store.create(job, NOW);
      const next = await store.write(job, change);
      const want = Object.entries({ ...job, ...change, version: 2 }).filter(([, value]) => value !== undefined);
      expect(next).toEqual(Object.fromEntries(want));
      expect(Object.keys(next ?? {}).sort()).toEqual(want.map(([key]) => key).sort()); // no `undefined` left behind
      expect(await store.find(job.id)).toEqual(next);
    });

    it("puts the events of a change into the outbox by the same write", async () => {
      const history = [{ atMs: NOW + 7, event: "pause", by: "client" }];
      const job = await created({ events: true, state: "running" });
      const paused = await store.write(job, { state: "paused", history });
      const event = { type: "JobPaused", version: 2, atMs: NOW + 7 };
      expect(paused).toMatchObject({ state: "paused", outbox: [event], publishAtMs: NOW + 7 });
      expect(await store.find(job.id)).toEqual(paused);
      const silent = await created({ state: "running" });
      expect(await store.write(silent, { state: "paused", history })).not.toHaveProperty("outbox");
    });

    it("brings back what was absent", async () => {
      const { dueAtMs: _, ...job } = aJob();
      await store.create(job, NOW);
      const next = await store.write(job, { dueAtMs: NOW, reason: "again" });
      expect(next).toEqual({ ...job, version: 2, dueAtMs: NOW, reason: "again" });
      expect(await store.find(job.id)).toEqual(next);
    });

    it("changes nothing when the job is another meanwhile", async () => {
      const job = await created();
      const paused = await store.write(job, { state: "paused" });
      expect(await store.write(job, { state: "done" })).toBeUndefined();
      expect(await store.write({ ...job, version: 2, run: drawId() }, { state: "done" })).toBeUndefined();
      expect(await store.find(job.id)).toEqual(paused);
      expect(await store.write(paused ?? job, { state: "running" })).toMatchObject({ state: "running", version: 3 });
    });

    it("makes nothing of a job that is not there", async () => {
      const job = aJob();
      expect(await store.write(job, { state: "done" })).toBeUndefined();
      expect(await store.find(job.id)).toBeUndefined();
    });

    it("lets one of many rivals write", async () => {
      const job = await created();
      const rivals = Array.from({ length: 8 }, (_, i) => store.write(job, { servedAtMs: i }));
      const won = (await Promise.all(rivals)).filter((next) => next !== undefined);
      expect(won).toHaveLength(1);
      expect(await store.find(job.id)).toEqual(won[0]);
    });

    it("refuses a change that removes what every job has", async () => {
      const job = await created();
      await expect(store.write(job, { state: undefined })).rejects.toThrow(TypeError);
      expect(await store.find(job.id)).toEqual(job);
    });
  });
}
