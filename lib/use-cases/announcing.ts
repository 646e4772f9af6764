import { hasNews } from "../domain/job-events.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { Nudges } from "../ports/nudges.ts";

/**
 * A job store whose writers need not think of events: a write that put one into the outbox asks for it to be published. If
 * that gets lost, the publisher finds the job within a minute; so it never fails a write.
 */
export function announcing(jobs: JobStore, nudges: Pick<Nudges, "publish">): JobStore {
  return {
    find: (id) => jobs.find(id),

    async create(job, nowMs) {
      const standing = await jobs.create(job, nowMs);
      if (standing === undefined && hasNews(job)) await nudge(job.id);
      return standing;
    },

    async write(job, change) {
      const written = await jobs.write(job, change);
      if (written && hasNews(written)) await nudge(written.id);
      return written;
    },
  };

  async function nudge(id: string): Promise<void> {
    await nudges.publish(id).catch(() => {});
  }
}
