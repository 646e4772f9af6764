import { applyChange } from "../../lib/domain/apply-change.ts";
import type { AttemptResult } from "../../lib/domain/attempt-result.ts";
import type { BatchRows, Row } from "../../lib/domain/batch-rows.ts";
import type { Focus, Mistake, Ports } from "./ports.ts";
import { EVERYWHERE, inRoles, remembering } from "./sabotage.ts";

/** Jobs that are stopped while a claim is under way; with a wide margin it may still be sent. */
const STOPPED_WHILE_CLAIMING: Focus = {
  often: ["slowClaim"],
  settings: {
    adversary: 0.3,
    policy: { messages: 300, windowMs: 60_000, marginMs: 3_000, floor: 1, minGapMs: 250, callTimeoutMs: 10_000 },
  },
};

/** Mistakes about jobs and their shares. */
export const PLANTED_IN_JOBS: Readonly<Record<string, Mistake>> = {
  "a job is written whatever its version": inRoles(EVERYWHERE, ({ jobs }, { store }) => ({
    jobs: { ...jobs, write: (job, change) => jobs.write(store.table.jobs.get(job.id) ?? job, change) },
  })),

  "shares are numbered": remembering(["dispatch", "control"], () => {
    let made = 0;
    return () => ({ drawId: () => `numbered${made++ % 3}` });
  }),

  "tasks are queued before their share is written": inRoles(["dispatch"], ({ jobs }, { agenda }) => ({
    jobs: {
      ...jobs,
      async write(job, change) {
        agenda.at(agenda.now() + 300, () => void jobs.write(job, change));
        return applyChange(job, change);
      },
    },
  })),

  "dispatch forgets what is owed": inRoles(
    ["dispatch"],
    ({ jobs }) => ({
      jobs: {
        ...jobs,
        write: (job, change) =>
          jobs.write(job, {
            ...change,
            ...(change.shares && { shares: change.shares.filter((one) => one.queuedAtMs) }),
          }),
      },
    }),
    { settings: { adversary: 0.3 } },
  ),

  "dispatch takes batches for counted that are not": inRoles(["dispatch"], ({ tallies }) => ({
    tallies: {
      ...tallies,
      async read(run, numbers) {
        const found = await tallies.read(run, numbers);
        return found.map((tally) => ({ ...tally, counted: new Set([...tally.counted, 0, 1]) }));
      },
    },
  })),

  "the room is given out four times": inRoles(["dispatch"], ({ bucket }) => ({
    bucket: {
      ...bucket,
      async usage(account) {
        const usage = await bucket.usage(account);
        return { ...usage, room: 4 * usage.room };
      },
    },
  })),

  "a run looks after two jobs": inRoles(["dispatch"], ({ due }) => ({
    due: { due: (lane, untilMs, limit) => due.due(lane, untilMs, Math.min(2, limit)) },
  })),

  "resume leaves old shares queued": inRoles(["control"], ({ jobs }) => ({
    jobs: {
      ...jobs,
      write: (job, change) => jobs.write(job, { ...change, ...(change.shares?.length && { shares: job.shares }) }),
    },
  })),

  "a resumed job is not due": inRoles(["control"], ({ jobs }) => ({
    jobs: {
      ...jobs,
      write: (job, change) => jobs.write(job, change.state === "running" ? { ...change, dueAtMs: undefined } : change),
    },
  })),

  "the end does not wait for calls under way": inRoles(["control", "dispatch"], () => ({ leaseMs: -5_000 }), {
    often: ["slowClaim"],
    settings: { ...STOPPED_WHILE_CLAIMING.settings, adversary: 0.6, callTimeoutMs: 10_000 },
  }),

  "the end waits for nothing, not even live claims": inRoles(
    ["control", "dispatch"],
    (ports) => ({ leaseMs: -5_000, rows: ignoringClaims(ports) }),
    STOPPED_WHILE_CLAIMING,
  ),

  "the end leaves out who may have got it": inRoles(["dispatch"], (ports) => ({
    rows: readRows(ports, (row) => ({ ...row, results: row.results.map(asRefused) })),
  })),

  "another request under the same key is taken for the first": inRoles(["accept"], () => ({ hash: () => "same" })),

  "a list is written after its job": inRoles(["accept", "retry"], ({ lists }, { agenda, store }) => ({
    lists: {
      ...lists,
      async write(name, receivers, batchSize) {
        const list = await lists.write(name, receivers, batchSize);
        const bytes = store.objects.get(list.key);
        store.objects.delete(list.key);
        agenda.at(agenda.now() + 3_000, () => bytes && store.objects.set(list.key, bytes));
        return list;
      },
    },
  })),
};

/** Every claim looks as if its lease were over. */
export const ignoringClaims = (ports: Ports): Ports["rows"] =>
  readRows(ports, ({ claim, ...row }) => ({ ...row, ...(claim && { claim: { ...claim, untilMs: 0 } }) }));

function readRows({ rows }: Ports, change: (row: Row) => Row): Ports["rows"] {
  const changed = ({ batch, retry }: BatchRows): BatchRows => ({ batch: change(batch), retry: change(retry) });
  return { ...rows, read: async (run, firsts) => (await rows.read(run, firsts)).map(changed) };
}

const asRefused = ({ unclear, refused, ...result }: AttemptResult): AttemptResult => ({
  ...result,
  unclear: {},
  refused: { ...refused, ...unclear },
});
