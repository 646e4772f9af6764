import type { Caller } from "../../lib/domain/caller.ts";
import { AppError, Conflict, Invalid } from "../../lib/domain/errors.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { JobRequest } from "../../lib/domain/job-request.ts";
import type { Outcome } from "../../lib/domain/outcome.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Checker } from "./checker.ts";
import type { Findings } from "./findings.ts";
import { idOf, type makeFunctions } from "./functions.ts";
import type { Invocation, Invocations, Process } from "./invocations.ts";
import { FUNCTIONS } from "./settings.ts";
import type { Wish } from "./wishes.ts";

export type Action = "pause" | "resume" | "cancel";

export type Workload = Readonly<{
  agenda: Agenda;
  chance: Chance;
  invocations: Invocations;
  functions: ReturnType<typeof makeFunctions>;
  checker: Checker;
  findings: Findings;
  process: () => Process;
  /** Whom a job goes to, if that can be read. */
  listOf: (id: string) => BigUint64Array | undefined;
}>;

/** A job that a client was told of, and whom he may expect it to go to; absent where a list that it leaves out is damaged. */
export type Answered = Readonly<{ id: string; receivers: BigUint64Array | undefined; job: Job }>;

const CALLER: Caller = { clientId: "somebody", scopes: new Set(["send", "read", "control"]) };
const PER_PAGE = 50;

/** What clients do: ask for jobs, ask again, ask for another under the same key, control, retry, read. */
export function makeWorkload(parts: Workload) {
  const { agenda, chance, invocations, functions, checker, findings, process, listOf } = parts;
  const answered: Answered[] = [];
  return { post, act, retry, read, answered, idOfKey: (key: string) => idOf(CALLER.clientId, key) };

  /** Ask for a job, again and again where that makes sense. */
  async function post(wish: Pick<Wish, "key" | "patience">, request: JobRequest, atMs: number): Promise<void> {
    await agenda.sleep(Math.max(0, atMs - agenda.now()));
    const asking = { caller: CALLER, ...(wish.key !== undefined && { idempotencyKey: wish.key }) };
    for (let tries = 0; tries < (wish.key === undefined ? 1 : wish.patience); tries++) {
      let isOver = false;
      await call(async (invocation) => {
        try {
          const { job } = await functions.accept(invocation)(request, asking);
          answered.push({ id: job.id, receivers: without(request), job });
          isOver = true;
        } catch (error) {
          isOver = error instanceof Invalid; // another request under this key, or its times have passed
          throw error;
        }
      });
      if (isOver) return;
      await agenda.sleep(chance.between(500, 40_000));
    }
  }

  /** A request's receivers, but for those whom it leaves out. */
  function without({ receivers, options: { except } }: JobRequest): BigUint64Array | undefined {
    const left = new Set(except?.receivers);
    for (const id of except?.jobs ?? []) {
      const list = listOf(id);
      if (!list) return undefined;
      for (const one of list) left.add(one);
    }
    return receivers.filter((one) => !left.has(one));
  }

  /** One try at controlling a job. What comes of it is the job's state alone. */
  function act(id: string, action: Action): Promise<unknown> {
    return call((invocation) => functions.control(invocation)(CALLER, id, action));
  }

  /** Ask for a retry until there is one, or nobody to retry. @returns the ids of the jobs it made */
  async function retry(id: string, include: readonly "unknown"[], tries: number): Promise<ReadonlySet<string>> {
    const made = new Set<string>();
    for (let left = tries; left > 0; left--) {
      let isOver = false;
      await call(async (invocation) => {
        try {
          made.add((await functions.retry(invocation)(CALLER, id, include)).job.id);
        } catch (error) {
          isOver = error instanceof Conflict && error.message.includes("no receivers");
          throw error;
        }
      });
      if (isOver) break;
      await agenda.sleep(chance.between(100, 90_000));
    }
    if (made.size > 1) findings.add("contradiction", "pressed twice, a retry is one job", id, [...made].join());
    return made;
  }

  /** Read a job: its counts, and every outcome page by page. */
  function read(id: string): Promise<unknown> {
    return call(async (invocation) => {
      const { job, jobs, outcomes, outcome } = functions.query(invocation);
      const fromMs = agenda.now();
      const view = await job(CALLER, id);
      checker.readers.counts(view);
      await jobs(CALLER, { limit: PER_PAGE });
      if (view.job.state === "importing" || view.job.state === "rejected") return;
      const all: Outcome[] = [];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await outcomes(CALLER, id, { limit: PER_PAGE, ...(after !== undefined && { after }) });
        all.push(...page.outcomes);
        after = page.next;
      }
      checker.readers.outcomes({ fromMs, toMs: agenda.now(), job: view.job, outcomes: all });
      const one = all[chance.between(0, all.length - 1)];
      if (!one) return;
      const aloneFromMs = agenda.now();
      const alone = await outcome(CALLER, id, one.userId);
      checker.readers.alone({ fromMs: aloneFromMs, toMs: agenda.now(), job: view.job, outcomes: [alone] });
    });
  }

  /** Clients are told of failures that are named; every other one is one of the model's faults. */
  function call(work: (invocation: Invocation) => Promise<unknown>): Promise<unknown> {
    return invocations.invoke({ name: "api", process: process(), ...FUNCTIONS.api }, async (invocation) => {
      try {
        await work(invocation);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    });
  }
}
