import { Forbidden, fault, noSuchJob } from "./errors.ts";
import { isGone, type Job } from "./job.ts";

/** What a caller may do. `admin` sees and controls the jobs of all clients. */
export const SCOPES = ["send", "read", "control", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls Volley, as the edge has established it. An absent limit is no limit. */
export type Caller = Readonly<{
  clientId: string;
  /** Who it is in full, where many stand behind one client: the ARN of the session in which a role calls. */
  principal?: string;
  scopes: ReadonlySet<Scope>;
  appIds?: readonly number[];
  /** Canonical decimal ids. */
  senders?: readonly string[];
  maxReceivers?: number;
  /** Hosts that callbacks may go to. */
  callbackHosts?: readonly string[];
}>;

/** Who a job's history names. */
export const actorOf = ({ principal, clientId }: Caller): string => principal ?? clientId;

/** What is to be sent, as far as a caller's limits look at it. `receivers` is absent while nobody knows how many. */
export type Sending = Readonly<{ appId: number; sender: string; receivers?: number }>;

/** Whether the caller may see a client's job. A job that it may not see does not exist for it. */
const maySee = ({ clientId, scopes }: Caller, owner: string): boolean => clientId === owner || scopes.has("admin");

/** @throws {Forbidden} naming the scope that is missing */
export function assertScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw new Forbidden(`this needs the scope ${scope}`);
}

/** @throws {Forbidden} naming everything that the caller may not send */
export function assertMaySend(caller: Caller, { appId, sender, receivers }: Sending): void {
  assertScope(caller, "send");
  const { appIds, senders, maxReceivers = Number.POSITIVE_INFINITY } = caller;
  const faults = [
    ...(appIds && !appIds.includes(appId) ? [fault("/AppId", "is not one that this client may use")] : []),
    ...(senders && !senders.includes(sender) ? [fault("/Sender", "is not one that this client may use")] : []),
    ...(receivers !== undefined && receivers > maxReceivers
      ? [fault("/Receiver", `has ${receivers} users; this client may name ${maxReceivers} in a job`)]
      : []),
  ];
  if (faults.length > 0) throw new Forbidden("the client may not send this", faults);
}

/**
 * A client that may use some apps alone spends the quota of their accounts alone.
 *
 * @throws {Forbidden}
 */
export function assertMaySpend(
  { appIds }: Caller,
  account: string,
  accountOf: (appId: number) => string | undefined,
): void {
  if (!appIds || appIds.some((appId) => accountOf(appId) === account)) return;
  throw new Forbidden(`this client has no app on the account ${account}`);
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
