import type { Job } from "../../lib/domain/job.ts";
import type { Mistake, Ports } from "./ports.ts";
import { inRoles } from "./sabotage.ts";
import type { Store } from "./store.ts";

/** Mistakes about what a job may ask for. */
export const PLANTED_IN_OPTIONS: Readonly<Record<string, Mistake>> = {
  "dispatch ignores a job's window": inRoles(["dispatch"], (ports, { store }) =>
    misread(ports, store, ({ sendWindow: _, ...job }) => job),
  ),

  "deliver ignores a job's window": inRoles(
    ["deliver"],
    (ports, { store }) => misread(ports, store, ({ sendWindow: _, ...job }) => job),
    { often: ["slow", "deliveredTwice"] },
  ),

  "a job's part of a minute is ignored": inRoles(
    ["dispatch"],
    (ports, { store }) => misread(ports, store, ({ maxPerMinute: _, ...job }) => job),
    { settings: { asks: { maxPerMinute: 6 } } },
  ),

  "what was given of a job's part of a minute is forgotten": inRoles(
    ["dispatch"],
    ({ jobs }) => ({
      jobs: { ...jobs, write: (job, change) => jobs.write(job, { ...change, pacedUntilMs: undefined }) },
    }),
    { settings: { asks: { maxPerMinute: 2 }, adversary: 0.2, strayMs: 0 } },
  ),

  "too many failures pause nothing": inRoles(
    ["deliver", "dispatch"],
    (ports, { store }) =>
      misread(ports, store, ({ pauseAfterFailures, ...job }) =>
        pauseAfterFailures && !job.brakeBase ? { ...job, pauseAfterFailures } : job,
      ),
    { often: ["failedReceivers", "badRequest"], settings: { asks: { pauseAfterFailures: { percent: 1, of: 1 } } } },
  ),

  "nobody writes from where failures count": inRoles(["dispatch"], ({ jobs }) => ({
    jobs: { ...jobs, write: (job, { brakeBase: _, ...change }) => jobs.write(job, change) },
  })),

  "a job that paused itself forgets at resume who is pending": inRoles(
    ["control"],
    ({ jobs }) => ({
      jobs: {
        ...jobs,
        write: (job, change) =>
          jobs.write(job, job.reason !== undefined && change.shares ? { ...change, shares: [] } : change),
      },
    }),
    { often: ["failedReceivers", "badRequest"], settings: { asks: { pauseAfterFailures: { percent: 1, of: 1 } } } },
  ),

  "Except leaves out nobody of a stored list": inRoles(
    ["accept"],
    ({ lists }) => ({ lists: { ...lists, read: async () => new BigUint64Array() } }),
    { settings: { excepts: 1 } },
  ),
};

/** Jobs are read without a part of them, and written whole. */
function misread({ jobs, rows }: Ports, { table }: Store, without: (job: Job) => Job): Pick<Ports, "jobs" | "rows"> {
  const whole = (job: Job): Job => {
    const standing = table.jobs.get(job.id);
    return standing?.run === job.run && standing.version === job.version ? standing : job;
  };
  return {
    jobs: {
      ...jobs,
      async find(id) {
        const job = await jobs.find(id);
        return job && without(job);
      },
      async write(job, change) {
        const written = await jobs.write(whole(job), change);
        return written && without(written);
      },
    },
    rows: {
      ...rows,
      async look(key) {
        const { job, ...look } = await rows.look(key);
        return { ...look, ...(job && { job: without(job) }) };
      },
    },
  };
}
