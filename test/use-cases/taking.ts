import { createHash } from "node:crypto";
import { memoryClients } from "../../lib/adapters/memory-clients.ts";
import { memoryDeadLetters } from "../../lib/adapters/memory-dead-letters.ts";
import { memoryEventPublisher } from "../../lib/adapters/memory-event-publisher.ts";
import { memoryRequestObjects } from "../../lib/adapters/memory-request-objects.ts";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { readEvent } from "../../lib/api/read-event.ts";
import type { Client } from "../../lib/domain/client.ts";
import type { PublishedEvent } from "../../lib/domain/published-event.ts";
import type { DeadLetter } from "../../lib/ports/dead-letters.ts";
import { makeClientOf } from "../../lib/use-cases/client-of.ts";
import { makeTakeRequest, type TakeEvent } from "../../lib/use-cases/take-request.ts";
import { s3, s3Record } from "../support/envelopes.ts";
import { type Around, intercept } from "../support/intercept.ts";
import { makeWorld, type World } from "./world.ts";

const CLIENTS: readonly Client[] = [
  { id: "client", scopes: ["send"], keys: [] },
  { id: "cron", scopes: ["send"], appIds: [7, 8], senders: ["5"], maxReceivers: 3, keys: [] },
  { id: "reader", scopes: ["read"], keys: [] },
];

/** A world whose jobs come by events. */
function makeTaking(world: World, client: string | undefined = "client") {
  const objects = new Map<string, { eTag: string; text: string }>();
  const letters: DeadLetter[] = [];
  const rejections: PublishedEvent[] = [];
  const events: TakeEvent[] = [];
  const own = {
    clients: memoryClients(CLIENTS),
    objects: memoryRequestObjects(objects),
    deadLetters: memoryDeadLetters(letters),
    publisher: memoryEventPublisher(rejections),
  };

  /** The function of one process. @param around stands around each of its calls to a port */
  function takeOf(around?: Around) {
    const { clients, ...ports } = around ? intercept(own, around) : own;
    const take = makeTakeRequest({
      ...{ objects: ports.objects, deadLetters: ports.deadLetters, publisher: ports.publisher },
      ...{ source: "/volley/test", clock: world.clock },
      accept: world.processOf(around).accept,
      clientOf: makeClientOf(clients),
      readJob: readJobRequest,
      hash: (text) => createHash("sha256").update(text).digest("hex"),
      report: (event) => void events.push(event),
      client,
    });
    return (body: string, id = "sqs-1") => take({ id, body }, readEvent(body, id));
  }
  return { objects, letters, rejections, events, takeOf, take: takeOf() };
}

/** The body of POST /v1/jobs. */
export const aBody = (parts: object = {}): string =>
  JSON.stringify({ AppId: 7, Sender: "5", Receiver: ["1", "2"], MsgType: 10001, Content: "hello", ...parts });

/** An object of the bucket, and the notification of it. */
export const KEY = "jobs/client/a.json";
export const OBJECT = s3(s3Record({ object: { key: KEY } }));

/** A world, and the object that notifications name. */
export function startTaking({
  client = "client",
  text = aBody(),
}: {
  client?: string | undefined;
  text?: string;
} = {}) {
  const world = makeWorld();
  const taking = makeTaking(world, client);
  taking.objects.set(KEY, { eTag: "d41d8cd9", text });
  return { world, ...taking };
}
