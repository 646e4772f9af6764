import { setTimeout as sleep } from "node:timers/promises";
import { type Job, type Outcome, type Quota, type Send, VolleyError, volley } from "../../clients/sdk/src/client.ts";
import type { Told } from "./judge.ts";

const PATIENCE_MS = 100;
const DEADLINE_MS = 30_000;

/** What became of a request. `late`: it was refused because its own times had passed before it was answered. */
export type Posted =
  | Readonly<{ kind: "accepted"; id: string }>
  | Readonly<{ kind: "late" | "refused"; why: string }>
  | Readonly<{ kind: "unanswered" }>;

/** Somebody who uses Volley over HTTP and asks again when he is told that something went wrong. */
export function makeVolleyClient({ url, key }: Readonly<{ url: string; key: string }>) {
  const { jobs, quota } = volley({ url, key, tries: 1 }); // when to ask again is decided here
  return { warmUp, post, control, job, jobAgain, outcomes, isHeld };

  /** Every function that the run needs is loaded: on a slow machine that takes longer than all the rest. */
  async function warmUp(): Promise<void> {
    const asked = { AppId: 1, Sender: 1, MsgType: 10001, Content: "warm up", Receiver: [1] };
    const first = () => jobs.list({}).next();
    const loads: readonly (() => Promise<unknown>)[] = [
      () => jobs.check(asked, soon()),
      first,
      () => jobs.get("none"),
      () => jobs.outcomes("none").next(),
    ];
    await Promise.all([control("none", "pause"), ...loads.map((load) => answerOf(load))]);
  }

  /** Asks until there is an answer. */
  async function post(body: Send, key: string, isOver: () => boolean): Promise<Posted> {
    while (!isOver()) {
      try {
        const { JobId: id } = await jobs.send(body, { idempotencyKey: key, ...soon() });
        if (typeof id === "string") return { kind: "accepted", id };
      } catch (error) {
        if (error instanceof VolleyError && error.status === 422) return refusal(error);
      }
      await sleep(PATIENCE_MS);
    }
    return { kind: "unanswered" };
  }

  async function control(id: string, action: "pause" | "resume" | "cancel"): Promise<void> {
    await answerOf(() => jobs[action](id, soon()));
  }

  /** The job, if this one try brings it. */
  async function job(id: string): Promise<Job | undefined> {
    const found: Partial<Job> | undefined = await answerOf(() => jobs.get(id, soon()));
    return isJob(found) ? found : undefined;
  }

  /** Whether the account is held, as far as it can be read. */
  async function isHeld(): Promise<boolean> {
    const found: Partial<Quota> | undefined = await answerOf(() => quota(soon()));
    return found?.HeldUntil !== undefined;
  }

  function jobAgain(id: string, isOver: () => boolean): Promise<Job | undefined> {
    return again(() => job(id), isOver);
  }

  /** Every outcome, as NDJSON has them. */
  function outcomes(id: string, isOver: () => boolean): Promise<Told[] | undefined> {
    return again(() => answerOf(() => Array.fromAsync(jobs.outcomes(id, soon()), toTold)), isOver);
  }
}

/** Ask until there is an answer. @returns `undefined` once it is over */
async function again<T>(ask: () => Promise<T | undefined>, isOver: () => boolean): Promise<T | undefined> {
  do {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(10 * PATIENCE_MS);
  } while (!isOver());
  return undefined;
}

/** A server that was cut short answers with anything. */
const isJob = (found: Partial<Job> | undefined): found is Job =>
  typeof found?.JobId === "string" && typeof found.Status === "string" && typeof found.Tally === "object";

/** By then the times that the request names have passed: it took that long until somebody answered. */
const PAST = "must be in the future";

function refusal({ status, detail, errors }: VolleyError): Posted {
  const isLate = errors.length > 0 && errors.every((fault) => fault.detail === PAST);
  return { kind: isLate ? "late" : "refused", why: `${status} ${detail}` };
}

const soon = () => ({ signal: AbortSignal.timeout(DEADLINE_MS) });

const toTold = ({ UserId: userId, Status: status, MessageId, MaybeTwice }: Outcome): Told => ({
  ...{ userId, status, maybeTwice: MaybeTwice ?? false },
  ...(MessageId !== undefined && { messageId: MessageId }),
});

/** As a person at a browser sees it: no answer, half of one, or a refusal; ask again. */
const answerOf = <T>(call: () => Promise<T>): Promise<T | undefined> => call().catch(() => undefined);

export type VolleyClient = ReturnType<typeof makeVolleyClient>;
