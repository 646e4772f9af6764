import type { Caller } from "../domain/caller.ts";
import type { JobRequest } from "../domain/job-request.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { Accepted, Asking } from "./accept-job.ts";
import type { OutcomePage, Outcomes } from "./list-outcomes.ts";
import type { JobView } from "./query-jobs.ts";

/** What is known of a job so far. */
export type Waited = Readonly<{ jobId: string; outcomes: readonly Outcome[]; pending: number }>;

export type SendAndWaitPorts = Readonly<{
  accept: (request: JobRequest, asking: Asking) => Promise<Accepted>;
  query: Readonly<{
    job(caller: Caller, id: string): Promise<JobView>;
    outcomes(caller: Caller, id: string, page: OutcomePage): Promise<Outcomes>;
  }>;
  clock: Clock;
}>;

/** The vendor's SDK gives up after 10 s: a second to start and to answer, and one to spare. */
const WAIT_MS = 8_000;
/** The first look comes after about what a call takes; each next one after half as long again, up to the last. */
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 1_000;
const PER_PAGE = 1_000;
/** Outcomes that one answer names: 40 bytes each, of 6 MB that a Lambda answers with. */
const MOST_OUTCOMES = 100_000;

/**
 * Accept a job, and wait for its outcomes by reading them: nothing is held for it, and whoever asks again gets the same.
 *
 * @returns a function that waits 8 s at the most, and throws what accepting throws. It reads as one who may read, whether or
 *   not the caller has that scope: these are the outcomes of its own request.
 */
export function makeSendAndWait({ accept, query, clock }: SendAndWaitPorts) {
  return async function sendAndWait(request: JobRequest, asking: Asking): Promise<Waited> {
    const untilMs = clock.now() + WAIT_MS;
    const { job } = await accept(request, asking);
    const reader: Caller = { clientId: asking.caller.clientId, scopes: new Set(["read"]) };
    let pending = await pendingOf(reader, job.id);
    for (let pauseMs = FIRST_LOOK_MS; pending > 0 && clock.now() + pauseMs <= untilMs; ) {
      await clock.sleep(pauseMs);
      pending = await pendingOf(reader, job.id);
      pauseMs = Math.min(LONGEST_LOOK_MS, 1.5 * pauseMs);
    }
    const outcomes = await outcomesOf(reader, job.id);
    return { jobId: job.id, outcomes, pending };
  };

  async function pendingOf(reader: Caller, id: string): Promise<number> {
    return (await query.job(reader, id)).counts.pending;
  }

  async function outcomesOf(reader: Caller, id: string): Promise<Outcome[]> {
    const found: Outcome[] = [];
    for (let after: string | undefined, more = true; more && found.length < MOST_OUTCOMES; ) {
      const page = await query.outcomes(reader, id, { limit: PER_PAGE, ...(after !== undefined && { after }) });
      found.push(...page.outcomes.filter(({ status }) => status !== "pending"));
      after = page.next;
      more = after !== undefined;
    }
    return found;
  }
}
