import { setTimeout as sleep } from "node:timers/promises";
import { type Job, type Outcome, type Send, VolleyError, volley } from "../../clients/sdk/src/client.ts";
import type { Told } from "./judge.ts";

const PATIENCE_MS = 100;
const MOST_TRIES = 10;
const DEADLINE_MS = 30_000;

/** What became of a request. `late`: it was refused because its own times had passed before it was answered. */
export type Posted =
  | Readonly<{ kind: "accepted"; id: string }>
  | Readonly<{ kind: "late" | "refused"; why: string }>
  | Readonly<{ kind: "unanswered" }>;

/** Somebody who uses Volley over HTTP and asks again when he is told that something went wrong. */
export function makeVolleyClient({ url, key }: Readonly<{ url: string; key: string }>) {
  const { jobs } = volley({ url, key, tries: 1 }); // when to ask again is decided here
  return { warmUp, post, control, job, jobAgain, outcomes };

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

  async function post(body: Send, key: string, isOver: () => boolean): Promise<Posted> {
    while (!isOver()) {
      try {
        return { kind: "accepted", id: (await jobs.send(body, { idempotencyKey: key, ...soon() })).JobId };
      } catch (error) {
        if (error instanceof VolleyError && error.status === 422) return refusal(error);
        if (error instanceof SyntaxError) throw error;
      }
      await sleep(PATIENCE_MS);
    }
    return { kind: "unanswered" };
  }

  async function control(id: string, action: "pause" | "resume" | "cancel"): Promise<void> {
    await answerOf(() => jobs[action](id, soon()));
  }

  function job(id: string): Promise<Job | undefined> {
    return answerOf(() => jobs.get(id, soon()));
  }

  /** The job, whose answer may take a few tries. */
  async function jobAgain(id: string): Promise<Job | undefined> {
    for (let left = MOST_TRIES; left > 0; left--) {
      const found = await job(id);
      if (found) return found;
      await sleep(10 * PATIENCE_MS);
    }
    return undefined;
  }

  /** Every outcome, as NDJSON has them. @throws the last failure if it is refused every time */
  async function outcomes(id: string): Promise<Told[]> {
    for (let left = MOST_TRIES - 1; ; left--) {
      try {
        return await Array.fromAsync(jobs.outcomes(id, soon()), toTold);
      } catch (error) {
        if (left <= 0 || error instanceof SyntaxError) throw error;
      }
      await sleep(10 * PATIENCE_MS);
    }
  }
}

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

/** As a person at a browser sees it: no answer, or a refusal; ask again. What breaks Volley's own word stands out. */
async function answerOf<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    return undefined;
  }
}

export type VolleyClient = ReturnType<typeof makeVolleyClient>;
