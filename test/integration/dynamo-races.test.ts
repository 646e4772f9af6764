import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoDueJobs } from "../../lib/adapters/dynamo-due-jobs.ts";
import { dynamoJobStore } from "../../lib/adapters/dynamo-job-store.ts";
import { control } from "../../lib/domain/control.ts";
import type { Job, JobChange } from "../../lib/domain/job.ts";
import { makeControl } from "../../lib/use-cases/control-job.ts";
import { aJob, drawId, NOW } from "../support/a-job.ts";
import { bend } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

// Two writers of one job item at the same moment, on engines that judge conditions for real.

const LEASE_MS = 15_000;
const CALLER = { clientId: "client", scopes: new Set(["control"] as const) };
const DONE: JobChange = { state: "done", shares: [], canceled: 0, dueAtMs: undefined };

describe.each(engines)("a race for a job on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  const store = () => dynamoJobStore({ client, table: RESULTS });
  const created = async (parts: Partial<Job> = {}): Promise<Job> => {
    const job = aJob({ clientId: CALLER.clientId, goneAtMs: NOW + 1e9, expiresAtMs: NOW + 1e8, ...parts });
    expect(await store().create(job, NOW)).toBeUndefined();
    return job;
  };

  /** The answer to the first write gets lost, and before it is repeated or read again somebody else writes the job. */
  const overtaken = (other: () => Promise<unknown>, repeated: boolean) => {
    let writes = 0;
    return bend(started.makeClient(), async ({ command }, next) => {
      if (!/Update/.test(command) || ++writes > 1) return next();
      await next();
      await other();
      if (repeated) return next();
      throw new Error("the answer got lost");
    });
  };
  const controlWith = (through: DynamoDBClient) =>
    makeControl({
      jobs: dynamoJobStore({ client: through, table: RESULTS }),
      nudges: { dispatch: async () => {} },
      clock: { now: () => NOW, sleep: async () => {} },
      ...{ drawId, leaseMs: LEASE_MS },
    });

  it.each([
    { action: "pause" as const, parts: {}, repeated: true, state: "paused" },
    { action: "pause" as const, parts: {}, repeated: false, state: "paused" },
    { action: "resume" as const, parts: { state: "paused" } as const, repeated: true, state: "running" },
    { action: "cancel" as const, parts: { cursor: 1 }, repeated: true, state: "canceling" },
    { action: "cancel" as const, parts: { cursor: 1 }, repeated: false, state: "canceling" },
  ])(
    "$action is done, though its answer got lost and dispatch wrote since (the SDK repeats it: $repeated)",
    async (row) => {
      const { id } = await created(row.parts);
      const dispatch = async () => {
        const job = await store().find(id);
        if (job) await store().write(job, { servedAtMs: NOW });
      };
      const done = await controlWith(overtaken(dispatch, row.repeated))(CALLER, id, row.action);
      expect(done).toMatchObject({ state: row.state });
      const { history, servedAtMs } = (await store().find(id)) ?? {};
      expect(servedAtMs).toBe(NOW);
      expect(history?.filter(({ event }) => event === row.action)).toHaveLength(1);
    },
  );

  it("a pause that another client made is a conflict still", async () => {
    const { id } = await created();
    await controlWith(client)({ ...CALLER, clientId: "client" }, id, "pause");
    const later = makeControl({
      jobs: store(),
      nudges: { dispatch: async () => {} },
      clock: { now: () => NOW + 1, sleep: async () => {} },
      ...{ drawId, leaseMs: LEASE_MS },
    });
    await expect(later(CALLER, id, "pause")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("whoever takes a job out of the index of due ones loses to a resume that came first: it stays there", async () => {
    const paused = await created({ state: "paused" });
    const settings = { nowMs: NOW, by: "client", graceMs: LEASE_MS, drawId };
    const resumed = await store().write(paused, control(paused, "resume", settings));
    expect(resumed).toMatchObject({ state: "running", dueAtMs: NOW });
    expect(await store().write(paused, DONE)).toBeUndefined();
    const due = await dynamoDueJobs({ client, table: RESULTS }).due(paused.lane, NOW, 1_000);
    expect(due.map(({ id }) => id)).toContain(paused.id);
  });
});
