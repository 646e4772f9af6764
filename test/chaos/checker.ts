import type { Job } from "../../lib/domain/job.ts";
import type { Agenda } from "./agenda.ts";
import { makeCallChecks } from "./check-calls.ts";
import { makeDueChecks } from "./check-due.ts";
import { makeJobChecks } from "./check-jobs.ts";
import { makeOptionChecks } from "./check-options.ts";
import { makeReaderChecks } from "./check-readers.ts";
import { makeRoomChecks } from "./check-room.ts";
import { makeWorkerWatch } from "./check-workers.ts";
import type { Findings } from "./findings.ts";
import type { Invocation } from "./invocations.ts";
import type { Role } from "./ports.ts";
import type { Settings } from "./settings.ts";
import type { OnWrite, Store } from "./store.ts";

export type Checker = ReturnType<typeof makeChecker>;

/** Every rule of safety, checked at the step that could break it. */
export function makeChecker(agenda: Agenda, store: Store, findings: Findings, settings: Settings) {
  const jobs = makeJobChecks(store.table, findings);
  const options = makeOptionChecks(agenda, store.table, findings, jobs.queuedIn);
  const calls = makeCallChecks(agenda, store, findings, { ...settings, onLeave: options.leaves });
  const due = makeDueChecks(agenda, store, findings);
  const readers = makeReaderChecks(findings);
  const room = makeRoomChecks(jobs, findings, settings);
  const { worker, notes } = makeWorkerWatch(calls, settings);
  return { jobs, calls, due, readers, notes, worker, dispatchRuns, onWrite };

  function dispatchRuns(invocation: Invocation): ReturnType<typeof room.runs> {
    const run = room.runs(invocation);
    return {
      ...run,
      begins(capacity) {
        options.begins(invocation);
        run.begins(capacity);
      },
    };
  }

  function onWrite(invocation: Invocation, role: Role, wrote: (run: string, job?: Job) => void): OnWrite {
    return {
      job(before, after) {
        jobs.job(role, before, after);
        if (role === "dispatch") {
          room.writes(invocation);
          options.job(invocation, before, after);
        }
        wrote(after.run, after);
      },
      row(run, first) {
        jobs.row(run, first, notes.released);
        wrote(run);
      },
      tally(run) {
        jobs.tally(run);
        options.tally(run);
        wrote(run);
      },
    };
  }
}
