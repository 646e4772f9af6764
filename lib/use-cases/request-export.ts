import { assertScope, assertVisible, type Caller } from "../domain/caller.ts";
import { Conflict, NotFound, StoreContended } from "../domain/errors.ts";
import type { Job } from "../domain/job.ts";
import { type ExportRequest, exportKey, isCurrent, newExport, type OutcomeExport } from "../domain/outcome-export.ts";
import type { Clock } from "../ports/clock.ts";
import type { ExportQueue } from "../ports/export-queue.ts";
import type { ExportStore } from "../ports/export-store.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { ReportLinks } from "../ports/report-links.ts";

export type RequestExportPorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  exports: ExportStore;
  exportQueue: ExportQueue;
  clock: Clock;
  drawId: () => string;
}>;

/** How often another request for the same export may come first. */
const MOST_TRIES = 4;

/**
 * Ask for a file of a job's outcomes. The same request while one is under way is that one, and queues it once more if nobody
 * is at it: so a message that got lost costs a repetition.
 *
 * @returns a function that throws {@link NotFound}, {@link Forbidden} or {@link Conflict}: the job has no receivers yet
 */
export function makeRequestExport({ jobs, exports, exportQueue, clock, drawId }: RequestExportPorts) {
  return async function requestExport(caller: Caller, id: string, request: ExportRequest): Promise<OutcomeExport> {
    assertScope(caller, "read");
    const job = assertVisible(caller, id, await jobs.find(id), clock.now());
    if (job.state === "awaiting-list" || job.state === "importing") {
      throw new Conflict(`job ${id} is ${job.state}: it has no receivers yet`);
    }
    const wanted = await findOrMake(job, request);
    if (wanted.state === "running" && wanted.leaseUntilMs <= clock.now()) {
      const trace = job.trace === undefined ? {} : { trace: job.trace };
      await exportQueue.send({ job: job.id, run: job.run, request, ...trace });
    }
    return wanted;
  };

  async function findOrMake(job: Job, request: ExportRequest): Promise<OutcomeExport> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const standing = await exports.find(job.run, request);
      if (standing && isCurrent(standing, job, clock.now())) return standing;
      const made = newExport(job, request, { file: drawId(), nowMs: clock.now(), standing });
      if (await exports.write(made, standing, job.goneAtMs)) return made;
    }
    throw new StoreContended(`lost ${MOST_TRIES} writes of an export of job ${job.id}`);
  }
}

export type GetExportPorts = Readonly<{
  jobs: Pick<JobStore, "find">;
  exports: Pick<ExportStore, "find">;
  reportLinks: ReportLinks;
  clock: Clock;
}>;

/** How far an export is; `link` leads to its file once that is done. */
export type ExportView = Readonly<{ found: OutcomeExport; link?: string }>;

/** @returns a function that throws {@link NotFound} (also where it was never asked for) or {@link Forbidden} */
export function makeGetExport({ jobs, exports, reportLinks, clock }: GetExportPorts) {
  return async function getExport(caller: Caller, id: string, request: ExportRequest): Promise<ExportView> {
    assertScope(caller, "read");
    const job = assertVisible(caller, id, await jobs.find(id), clock.now());
    const found = await exports.find(job.run, request);
    if (found === undefined) throw new NotFound(`nobody has asked for this export of job ${id}`);
    if (found.state !== "done") return { found };
    return { found, link: await reportLinks.to(exportKey(found), `outcomes-${id}.${request.format}`) };
  };
}
