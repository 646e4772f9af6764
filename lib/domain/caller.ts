import { Forbidden, noSuchJob } from "./errors.ts";
import { isGone, type Job } from "./job.ts";

/** What a caller may do. `admin` sees and controls the jobs of all clients. */
export type Scope = "send" | "read" | "control" | "admin";

/** Who calls Volley, as the edge has established it. */
export type Caller = Readonly<{
  clientId: string;
  scopes: ReadonlySet<Scope>;
  /** Hosts that its callbacks may go to. */
  callbackHosts?: readonly string[];
}>;

/** Whether the caller may see a client's job. A job that it may not see does not exist for it. */
const maySee = ({ clientId, scopes }: Caller, owner: string): boolean => clientId === owner || scopes.has("admin");

/** @throws {Forbidden} naming the scope that is missing */
export function assertScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw new Forbidden(`this needs the scope ${scope}`);
}

/**
 * The job, if there is one for this caller.
 *
 * @throws {NotFound} also where it is past its moment, or another client's
 */
export function assertVisible(caller: Caller, id: string, job: Job | undefined, nowMs: number): Job {
  if (job === undefined || isGone(job, nowMs) || !maySee(caller, job.clientId)) throw noSuchJob(id);
  return job;
}
