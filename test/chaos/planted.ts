import type { Sabotage } from "./model.ts";

/**
 * Mistakes of the kind the chaos suite is there to find, planted one at a time: a suite that lets any of them pass proves
 * nothing. Each breaks one rule that `lib/` keeps.
 */
export const PLANTED: Readonly<Record<string, Sabotage>> = {
  "a claim is written whatever the item says by now": (ports) => ({
    ...ports,
    batches: {
      ...ports.batches,
      async claim(task, seen, claim) {
        const { batch } = await ports.batches.look(task);
        return ports.batches.claim(task, { ...seen, rev: batch.rev }, claim);
      },
    },
  }),

  "a record drops who is unknown": (ports) => ({
    ...ports,
    batches: {
      ...ports.batches,
      record: (task, batch, entry) =>
        ports.batches.record(task, batch, { ...entry, try: { ...entry.try, unknown: {} } }),
    },
  }),

  "who may have got it is canceled": (ports) => ({
    ...ports,
    batches: {
      ...ports.batches,
      record: (task, batch, entry) =>
        ports.batches.record(task, batch, {
          ...entry,
          try: { ...entry.try, unknown: {}, canceled: { ...entry.try.unknown, ...entry.try.canceled } },
        }),
    },
  }),

  "a change is counted as often as it is told": (ports) => {
    let told = 0;
    const { tallies } = ports;
    return {
      ...ports,
      tallies: {
        ...tallies,
        add: (job, n, { tag, counts }) => tallies.add(job, n, { tag: `${tag}.${told++}`, counts }),
      },
    };
  },

  "a claim is never given back": (ports) => ({ ...ports, batches: { ...ports.batches, release: async () => {} } }),

  "parked messages are removed before they are queued": (ports) => ({
    ...ports,
    parked: {
      ...ports.parked,
      async *list(job) {
        for await (const tasks of ports.parked.list(job)) {
          await ports.parked.remove(tasks);
          yield tasks;
        }
      },
    },
  }),

  "a late call's tokens return as if it had been on time": (ports) => ({
    ...ports,
    bucket: { ...ports.bucket, moveLate: async () => {} },
  }),

  "tokens are granted without being spent": (ports) => ({
    ...ports,
    bucket: {
      ...ports.bucket,
      async reserve(_, { count }) {
        return { kind: "granted", slotMs: ports.now(), granted: count, probe: false };
      },
    },
  }),
};
