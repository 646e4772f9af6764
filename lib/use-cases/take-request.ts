import { assertMaySend, type Caller } from "../domain/caller.ts";
import { Forbidden, Invalid, Malformed } from "../domain/errors.ts";
import { fitKey } from "../domain/event-key.ts";
import type { BadEvent, Door, Incoming, IncomingRequest, RequestObject } from "../domain/incoming.ts";
import type { JobRequest } from "../domain/job-request.ts";
import { DELETE, type Settled } from "../domain/settled.ts";
import type { DeadLetters } from "../ports/dead-letters.ts";
import type { RequestObjects } from "../ports/request-objects.ts";
import type { Accepted, Asking } from "./accept-job.ts";

/** A queue message as it came. */
export type QueueMessage = Readonly<{ id: string; body: string }>;

/** What an operator should know. Never what was to be sent: of a text that is no JSON, a fault quotes a part. */
export type TakeEvent =
  | Readonly<{ event: "request-taken"; door: Door; job: string; replayed: boolean }>
  | Readonly<{ event: "request-object-gone"; key: string }>
  | Readonly<{ event: "request-rejected"; door: Door; messageId: string; total: number }>;

/** A request that will never be a job, for whoever listens. `id` is the same however often it is told. */
export type Rejection = BadEvent & Readonly<{ id: string }>;

export type TakePorts = Readonly<{
  accept: (request: JobRequest, asking: Asking) => Promise<Accepted>;
  clientOf: (id: string | undefined) => Promise<Caller>;
  objects: RequestObjects;
  deadLetters: DeadLetters;
  /** Tells the world: the event `JobRejected`. */
  announce: (rejection: Rejection) => Promise<void>;
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
type Refusal = Malformed | Invalid | Forbidden;

/**
 * Make jobs of the requests in a queue message. A message comes more than once: the event's own id is the Idempotency-Key.
 *
 * A bad event is told, buried, and done with: it would be as bad the next time. If several requests came in one message, and
 * one of them is bad by what it says, no job is made of any.
 *
 * @returns a function that throws whatever may be over later: the message then comes again
 */
export function makeTakeRequest(ports: TakePorts) {
  const { accept, clientOf, objects, deadLetters, announce, readJob, hash, report } = ports;

  return async function take({ id, body }: QueueMessage, incoming: Incoming): Promise<Settled> {
    const bad = incoming.kind === "bad" ? incoming : await acceptAll(incoming.door, incoming.requests);
    if (bad === undefined) return DELETE;
    const { door, reason, faults, total } = bad;
    await announce({ id, door, reason, faults, total });
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
      if (accepted) report({ event: "request-taken", door, job: accepted.job.id, replayed: accepted.replayed });
    }
    return merge(refused);
  }

  /** @returns `undefined`: the object is gone, so is the request */
  async function ready(one: IncomingRequest): Promise<Ready | undefined> {
    const caller = await clientOf("object" in one ? one.clientId : ports.client);
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

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Malformed || error instanceof Invalid || error instanceof Forbidden;

/** Objects are named: what is wrong is not in the message. A refusal without faults is one by itself. */
function toBadEvent(door: Door, one: IncomingRequest, error: Refusal): BadEvent {
  const told =
    error instanceof Malformed || error.faults.length === 0 ? [{ pointer: "", detail: error.message }] : error.faults;
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
