import { PLANTED_IN_CALLS } from "./planted-calls.ts";
import { PLANTED_IN_CLAIMS } from "./planted-claims.ts";
import { PLANTED_IN_COUNTS } from "./planted-counts.ts";
import { ignoringClaims, PLANTED_IN_JOBS } from "./planted-jobs.ts";
import { PLANTED_IN_OPTIONS } from "./planted-options.ts";
import type { Mistake } from "./ports.ts";
import { EVERYWHERE, inRoles, remembering } from "./sabotage.ts";

/**
 * Mistakes of the kind the model is there to find, planted one at a time: a suite that lets any of them pass proves nothing.
 * Each breaks one rule of safety that `lib/` keeps.
 */
export const PLANTED: Readonly<Record<string, Mistake>> = {
  ...PLANTED_IN_CLAIMS,
  ...PLANTED_IN_CALLS,
  ...PLANTED_IN_JOBS,
  ...PLANTED_IN_COUNTS,
  ...PLANTED_IN_OPTIONS,
};

/** Rules that only save time, or that another rule covers: without them nothing is lost, doubled or contradicted, and every job still ends in time. */
export const COSTS_TIME: Readonly<Record<string, Mistake>> = {
  "nobody asks for a dispatch run": inRoles(EVERYWHERE, ({ nudges }) => ({
    nudges: { ...nudges, dispatch: async () => {} },
  })),
  "dispatch runs side by side": inRoles(["dispatch"], () => ({
    lock: { take: async () => ({ kind: "taken", token: "" }), release: async () => {} },
  })),
  // No call is on its way any more once the end has waited its time: that it heeds live claims besides is a second lock.
  "the end ignores live claims after it has waited": inRoles(["dispatch"], (ports) => ({
    rows: ignoringClaims(ports),
  })),
  "accept queues no task": inRoles(["accept", "retry"], ({ queue }) => ({
    queue: { ...queue, enqueue: async () => {} },
  })),
  "an own write is not recognised": remembering(EVERYWHERE, () => {
    const written = new WeakSet<object>();
    return ({ jobs }) => ({
      jobs: {
        ...jobs,
        async write(job, change) {
          if (written.has(change)) return undefined;
          written.add(change);
          return jobs.write(job, change);
        },
      },
    });
  }),
};
