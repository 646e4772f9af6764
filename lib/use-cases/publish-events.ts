import { isGone, type Job } from "../domain/job.ts";
import { eventId, type JobEvent } from "../domain/job-event.ts";
import { type Sent, settle, type Unsent, unsent } from "../domain/outbox.ts";
import type { JobCounts } from "../domain/outcome.ts";
import { type PublishedEvent, toPublishedEvent } from "../domain/published-event.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import { type JobNames, namesOfJob } from "../domain/trace.ts";
import type { CallbackClients } from "../ports/callback-clients.ts";
import type { CallbackAnswer, CallbackSender } from "../ports/callback-sender.ts";
import type { Clock } from "../ports/clock.ts";
import type { DueOutboxes } from "../ports/due-outboxes.ts";
import type { EventPublisher } from "../ports/event-publisher.ts";
import type { JobStore } from "../ports/job-store.ts";
import { inParallel } from "./in-parallel.ts";
import { makeInTurn } from "./in-turn.ts";

/** What could not be told; an operator reads these. */
export type PublishEvent =
  | (JobNames & Readonly<{ event: "not-published"; error: unknown }>)
  | (JobNames & Readonly<{ event: "callback-given-up"; state: "failed" | "ended"; attempts: number }>)
  | (Pick<JobNames, "job"> & Partial<JobNames> & Readonly<{ event: "outbox-failed"; error: unknown }>);

export type PublishPorts = Readonly<{
  jobs: JobStore;
  outboxes: DueOutboxes;
  countJob: (job: Job) => Promise<JobCounts>;
  publisher: EventPublisher;
  callbacks: CallbackSender;
  clients: CallbackClients;
  clock: Clock;
  random: () => number;
  report: (event: PublishEvent) => void;
  /** Of every event: `/volley/<stage>`. */
  source: string;
}>;

/** Jobs in one run. The longest due come first, so the others come first in the next run. */
const JOBS_PER_RUN = 1_000;
const AT_ONCE = 16;
/** No job is begun in a run this close to its end: a job takes a bus call, a few POSTs, and a few calls of the table. */
const LAST_START_MS = 30_000;
/** POSTs to one job's callback in a row; the rest follows at once, in the next look. */
const POSTS_IN_A_ROW = 3;
/** How often the write is tried: others may change the job at the same time. */
const TRIES = 6;
/** A nudge waits on the queue for the first tries of a callback; later ones are left to the run of each minute. */
const SOON_MS = 45_000;
/** What was made so short a time ago has a nudge of its own. */
const NUDGED_MS = 5_000;

/** Whether the bus failed in this run: then the other jobs need not try it too. */
type Bus = { away: boolean };

type Posted = Pick<Sent, "answers" | "notAsked">;

/**
 * Publish the events in the outboxes of jobs: on the bus, and by callback. First they are sent, then the job is written: a
 * process that dies between the two sends them again, with the same ids. The bus and the callback do not wait for each other.
 */
export function makePublishEvents(ports: PublishPorts) {
  const { jobs, outboxes, countJob, publisher, callbacks, clients, clock, random, report, source } = ports;
  const inTurn = makeInTurn();
  return { eachMinute, nudged };

  /** Look after all jobs that are due. One job's failure does not keep the others back. @param deadlineMs epoch ms */
  async function eachMinute(deadlineMs: number): Promise<void> {
    const bus: Bus = { away: false };
    const look = async (id: string): Promise<void> => {
      if (clock.now() > deadlineMs - LAST_START_MS) return;
      await inTurn(id, () => publish(id, bus)).catch((error: unknown) =>
        report({ event: "outbox-failed", job: id, error }),
      );
    };
    const ids = await outboxes.due(clock.now() - NUDGED_MS, JOBS_PER_RUN);
    await inParallel(1, ids.slice(0, 1), look); // alone: if the bus is away, the others do not wait for it as well
    await inParallel(AT_ONCE, ids.slice(1), look);
  }

  /** Publish one job's events now. @throws whatever the table throws: the message then comes back by itself */
  async function nudged(id: string): Promise<Settled> {
    const nextMs = await inTurn(id, () => publish(id, { away: false }));
    const isSoon = nextMs !== undefined && nextMs <= clock.now() + SOON_MS;
    return isSoon ? { kind: "go-back", atMs: nextMs } : DELETE;
  }

  /** @returns when to look at the job again; `undefined`: not before the next minute */
  async function publish(id: string, bus: Bus): Promise<number | undefined> {
    const job = await jobs.find(id);
    if (!job || isGone(job, clock.now())) return undefined;
    const todo = unsent(job, clock.now());
    const sent = await send(job, todo, bus);
    return write(job, sent);
  }

  async function send(job: Job, todo: Unsent, bus: Bus): Promise<Sent> {
    if (todo.publish.length + todo.post.length === 0) return { published: NONE, refused: NONE, answers: new Map() };
    const counts = await countJob(job);
    const bodyOf = (event: JobEvent): PublishedEvent => toPublishedEvent(job, event, counts, source);
    const [taken, posted] = await Promise.all([
      toBus(job, todo.publish.map(bodyOf), bus),
      toCallback(job, todo.post.slice(0, POSTS_IN_A_ROW).map(bodyOf)),
    ]);
    const ids = new Set(todo.publish.map((event) => eventId(job.run, event)));
    return { published: taken ? ids : NONE, refused: taken ? NONE : ids, ...posted };
  }

  /** @returns whether the bus has all of them. It keeps nothing else back: not the callback, not other jobs */
  async function toBus(job: Job, events: readonly PublishedEvent[], bus: Bus): Promise<boolean> {
    if (events.length === 0) return true;
    if (bus.away) return false;
    try {
      await publisher.publish(events);
      return true;
    } catch (error) {
      bus.away = true;
      report({ event: "not-published", ...namesOfJob(job), error });
      return false;
    }
  }

  /** In their order: a later event waits until the earlier one was taken. */
  async function toCallback(job: Job, events: readonly PublishedEvent[]): Promise<Posted> {
    const answers = new Map<string, CallbackAnswer>();
    if (!job.callback || events.length === 0) return { answers };
    try {
      const client = await clients.find(job.clientId);
      for (const event of events) {
        const answer = await post(job.callback.url, event, client);
        answers.set(event.id, answer);
        if (answer.kind === "broken" || answer.status < 200 || answer.status >= 300) break;
      }
    } catch (error) {
      report({ event: "outbox-failed", ...namesOfJob(job), error }); // the list of clients is away
      return { answers, notAsked: true };
    }
    return { answers };
  }

  async function post(
    url: string,
    event: PublishedEvent,
    client: Awaited<ReturnType<CallbackClients["find"]>>,
  ): Promise<CallbackAnswer> {
    const { callbackSecrets: secrets = [], callbackHosts: hosts = [] } = client ?? {};
    // Without a secret nobody could check it. The client may still get one.
    if (secrets.length === 0) return { kind: "broken", code: "NoSecret" };
    return callbacks.post(url, { id: event.id, atMs: clock.now(), body: JSON.stringify(event), secrets, hosts });
  }

  /** Others may write the job meanwhile: what was sent is then put down on the job as it stands. */
  async function write(seen: Job, sent: Sent): Promise<number | undefined> {
    let job: Job | undefined = seen;
    for (let tries = 0; tries < TRIES && job?.run === seen.run; tries++) {
      const change = settle(job, sent, clock.now(), random());
      if (!change) return sent.refused.size > 0 || sent.notAsked ? undefined : job.publishAtMs;
      const written = await jobs.write(job, change);
      if (written) {
        reportEnd(job, written);
        return written.publishAtMs;
      }
      job = await jobs.find(seen.id);
    }
    return undefined; // the run of the next minute finds it
  }

  function reportEnd({ callback: was }: Job, job: Job): void {
    const { callback } = job;
    if (!callback || (callback.state !== "failed" && callback.state !== "ended")) return;
    if (callback.state === was?.state && callback.attempts === was.attempts) return;
    const { state, attempts } = callback;
    report({ event: "callback-given-up", ...namesOfJob(job), state, attempts });
  }
}

const NONE: ReadonlySet<string> = new Set();
