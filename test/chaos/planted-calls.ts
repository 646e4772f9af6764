import type { Job } from "../../lib/domain/job.ts";
import type { Focus, Mistake } from "./ports.ts";
import { inRoles, remembering } from "./sabotage.ts";
import { MINUTE_MS, START_MS } from "./settings.ts";

/** Calls that are often late, of an account that has no tokens left. */
const SATURATED: Focus = {
  often: ["slow"],
  settings: {
    mostSkewMs: 0,
    policy: { messages: 12, windowMs: 60_000, marginMs: 300, floor: 1, minGapMs: 250, callTimeoutMs: 10_000 },
  },
};

const STALE_MS = 3_000;
const LONG_CALL_MS = 10_000;
const SLOW_READS_MS: readonly number[] = [0, 800, 1_500, 2_500];
const TEN_TIMES_MS = 10_000;

/** Mistakes about times and quota: when a call may leave, and what it spends. */
export const PLANTED_IN_CALLS: Readonly<Record<string, Mistake>> = {
  "the job is read eventually": inRoles(["deliver"], ({ rows, jobs }, { agenda, store }) => {
    const find = (id: string) => store.jobAt(id, agenda.now() % 3 === 0 ? STALE_MS : 0);
    return {
      rows: {
        ...rows,
        async look(key) {
          const { job: _, ...look } = await rows.look(key);
          const job = find(key.job);
          return { ...look, ...(job && { job }) };
        },
      },
      jobs: { ...jobs, find: async (id) => find(id) },
    };
  }),

  "the time of a read is taken after it": remembering(
    ["deliver"],
    () => {
      let behindMs = 0; // the read took that long, and its age counts from its end
      return ({ rows, clock, rtc }, { agenda }) => ({
        rows: {
          ...rows,
          async look(key) {
            behindMs = 0;
            const look = await rows.look(key);
            const tookMs = SLOW_READS_MS[agenda.now() % SLOW_READS_MS.length] ?? 0;
            await agenda.sleep(tookMs);
            behindMs = tookMs;
            return look;
          },
        },
        clock: { ...clock, now: () => clock.now() - behindMs },
        rtc: {
          prepare: rtc.prepare,
          send(...call) {
            behindMs = 0;
            return rtc.send(...call);
          },
        },
      });
    },
    { often: ["slowClaim"], settings: { adversary: 0.3 } },
  ),

  "a read of the job is good for ten times as long": remembering(
    ["deliver"],
    () => {
      const jobs = new Map<string, Readonly<{ job: Job | undefined; atMs: number }>>();
      return ({ rows, clock }) => ({
        rows: {
          ...rows,
          async look(key) {
            const atMs = clock.now();
            const { job: now, ...look } = await rows.look(key);
            const known = jobs.get(key.run);
            if (!known || atMs - known.atMs > TEN_TIMES_MS) jobs.set(key.run, { job: now, atMs });
            const { job } = jobs.get(key.run) ?? {};
            return { ...look, ...(job && { job }) };
          },
        },
      });
    },
    { settings: { adversary: 0.3 } },
  ),

  "a lease leaves out the call's timeout": inRoles(
    ["deliver", "control", "dispatch"],
    ({ rows, leaseMs }) => ({
      leaseMs: leaseMs - LONG_CALL_MS,
      rows: {
        ...rows,
        claim: (key, row, claim) => rows.claim(key, row, { ...claim, untilMs: claim.untilMs - LONG_CALL_MS }),
      },
    }),
    { settings: { callTimeoutMs: LONG_CALL_MS } },
  ),

  "a process whose clock is off sends all the same": inRoles(["deliver"], () => ({ isClockOff: () => false }), {
    settings: { strayMs: 5_000 },
  }),

  "a job is sent after its ExpiresAt": inRoles(
    ["deliver"],
    ({ rows, jobs }) => ({
      rows: {
        ...rows,
        async look(key) {
          const look = await rows.look(key);
          return look.job ? { ...look, job: { ...look.job, expiresAtMs: Number.POSITIVE_INFINITY } } : look;
        },
      },
      jobs: {
        ...jobs,
        async find(id) {
          const job = await jobs.find(id);
          return job && { ...job, expiresAtMs: Number.POSITIVE_INFINITY };
        },
      },
    }),
    { settings: { ...SATURATED.settings, asks: { expiresAtMs: START_MS + 2 * MINUTE_MS } } },
  ),

  "a late call's tokens return as if it had been on time": inRoles(
    ["deliver", "dispatch"],
    ({ bucket }) => ({
      bucket: { ...bucket, moveLate: async () => {} },
    }),
    SATURATED,
  ),

  "late tokens are moved by one try alone": remembering(
    ["deliver", "dispatch"],
    () => {
      let tries = 0;
      return ({ bucket }) => ({
        bucket: {
          ...bucket,
          async moveLate(account, spent) {
            if (tries++ % 2 === 1) await bucket.moveLate(account, spent); // every other try fails, and nobody minds
          },
        },
      });
    },
    SATURATED,
  ),

  "tokens are granted without being spent": inRoles(["deliver"], ({ bucket, clock }) => ({
    bucket: {
      ...bucket,
      async reserve(_, { count }) {
        return { kind: "granted", slotMs: clock.now(), granted: count, probe: false, aheadMs: 0 };
      },
    },
  })),
};
