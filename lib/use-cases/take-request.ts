import { assertMaySend, type Caller } from "../domain/caller.ts";
import { Forbidden, Invalid, Malformed, TooLate } from "../domain/errors.ts";
import { fitKey } from "../domain/event-key.ts";
import { faultsWithin } from "../domain/faults-within.ts";
import type { BadEvent, Door, Incoming, IncomingRequest, RequestObject } from "../domain/incoming.ts";
import type { JobRequest } from "../domain/job-request.ts";
import { toRefusal } from "../domain/published-event.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeadLetters } from "../ports/dead-letters.ts";
import type { EventPublisher } from "../ports/event-publisher.ts";
import type { RequestObjects } from "../ports/request-objects.ts";
import type { Accepted, Asking } from "./accept-job.ts";

/** Of the faults in an event: the bus takes 1 MB in all. */
const MAX_TOLD_BYTES = 64 * 1024;

/** A queue message as it came. */
export type QueueMessage = Readonly<{ id: string; body: string }>;

/** What an operator should know. Never what was to be sent: of a text that is no JSON, a fault quotes a part. */
export type TakeEvent =
  | Readonly<{ event: "request-taken"; door: Door; job: string; run: string; replayed: boolean }>
  | Readonly<{ event: "request-object-gone"; key: string }>
  | Readonly<{ event: "request-rejected"; door: Door; messageId: string; total: number }>;

export type TakePorts = Readonly<{
  accept: (request: JobRequest, asking: Asking) => Promise<Accepted>;
  clientOf: (id: string | undefined) => Promise<Caller>;
  objects: RequestObjects;
  deadLetters: DeadLetters;
  publisher: EventPublisher;
  /** Of the events that are published. */
  source: string;
  clock: Pick<Clock, "now">;
  readJob: (text: string) => JobRequest;
  /** SHA-256, hex. */
  hash: (text: string) => string;
  report: (event: TakeEvent) => void;
  /** For whom requests come that do not name their client. */
  client: string | undefined;
}>;

/** A request that is ready to be accepted. */
type Ready = Readonly<{ one: IncomingRequest; request: JobRequest; caller: Caller }>;

/** What no repetition can help. */
type Refusal = Malformed | Invalid | Forbidden | TooLate;

/**
 * Make jobs of the requests in a queue message. A message comes more than once: the event's own id is the Idempotency-Key.
 *
 * A bad event is told, buried, and done with: it would be as bad the next time. If several requests came in one message, and
 * one of them is bad by what it says, no job is made of any.
 *
 * @returns a function that throws whatever may be over later: the message then comes again
 */
export function makeTakeRequest(ports: TakePorts) {
  const { accept, clientOf, objects, deadLetters, publisher, source, clock, readJob, hash, report, client } = ports;

  return async function take({ id, body }: QueueMessage, incoming: Incoming): Promise<Settled> {
    const bad = incoming.kind === "bad" ? incoming : await acceptAll(incoming.door, incoming.requests);
    if (bad === undefined) return DELETE;
    const { door, reason, faults, total } = bad;
    const [first] = incoming.kind === "requests" ? incoming.requests : [];
    const clientId = (first && clientOfRequest(first)) ?? client ?? "";
    const told = { door, clientId, idempotencyKey: id, faults: faultsWithin(faults, MAX_TOLD_BYTES), total };
    await publisher.publish([toRefusal({ ...told, atMs: clock.now() }, source)]);
    await deadLetters.bury({ body, messageId: id, door, reason, faults, total });
    report({ event: "request-rejected", door, messageId: id, total });
    return DELETE;
  };

  /** @returns what is wrong, if something is */
  async function acceptAll(door: Door, requests: readonly IncomingRequest[]): Promise<BadEvent | undefined> {
    const refused: BadEvent[] = [];
    const orRefused = async <T>(one: IncomingRequest, work: Promise<T>): Promise<T | undefined> =>
      work.catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        refused.push(toBadEvent(door, one, error));
        return undefined;
      });

    const all: Ready[] = [];
    for (const one of requests) {
      const made = await orRefused(one, ready(one));
      if (made) all.push(made);
    }
    if (refused.length > 0) return merge(refused);
    for (const { one, request, caller } of all) {
      const accepted = await orRefused(one, accept(request, { caller, idempotencyKey: fitKey(one.key, hash) }));
      if (!accepted) continue;
      const { job, replayed } = accepted;
      report({ event: "request-taken", door, job: job.id, run: job.run, replayed });
    }
    return merge(refused);
  }

  /** @returns `undefined`: the object is gone, so is the request */
  async function ready(one: IncomingRequest): Promise<Ready | undefined> {
    const caller = await clientOf(clientOfRequest(one) ?? client);
    const request = "object" in one ? await fetch(one.object) : one.request;
    if (request === undefined) return undefined;
    const { message, receivers } = request;
    assertMaySend(caller, { appId: message.AppId, sender: message.Sender, receivers: receivers.length });
    return { one, request, caller };
  }

  async function fetch(object: RequestObject): Promise<JobRequest | undefined> {
    const text = await objects.read(object);
    if (text !== undefined) return readJob(text);
    report({ event: "request-object-gone", key: object.key }); // whoever overwrote it was notified of anew
    return undefined;
  }
}

const clientOfRequest = (one: IncomingRequest): string | undefined => ("object" in one ? one.clientId : undefined);

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Malformed || error instanceof Invalid || error instanceof Forbidden || error instanceof TooLate;

/** Objects are named: what is wrong is not in the message. A refusal without faults is one by itself. */
function toBadEvent(door: Door, one: IncomingRequest, error: Refusal): BadEvent {
  const told =
    error instanceof Malformed || error instanceof TooLate || error.faults.length === 0
      ? [{ pointer: "", detail: error.message }]
      : error.faults;
  return {
    door,
    reason: "object" in one ? `${one.object.key}: ${error.message}` : error.message,
    faults: told.map((fault) => ({ ...fault, pointer: `${one.pointer}${fault.pointer}` })),
    total: error instanceof Invalid ? Math.max(error.total, told.length) : told.length,
  };
}

function merge(all: readonly BadEvent[]): BadEvent | undefined {
  const [first] = all;
  return (
    first && {
      door: first.door,
      reason: all.map(({ reason }) => reason).join("; "),
      faults: all.flatMap(({ faults }) => faults),
      total: all.reduce((sum, { total }) => sum + total, 0),
    }
  );
}
