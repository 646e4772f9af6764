import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Emulator } from "./emulators.ts";
import type { EventRule } from "./event-rules.ts";
import { type EntryResult, type EventEntry, refuseCall, takeEntry } from "./put-events.ts";

export type EventBusOptions = Readonly<{
  sqs: SQSClient;
  /** Names of the buses there are. */
  buses: readonly string[];
  rules: readonly EventRule[];
  region: string;
}>;

/** Events that `GET /_events` shows: the last ones of all buses. */
const KEPT = 1_000;
const TARGET = "AWSEvents.PutEvents";

/**
 * EventBridge on loopback, as far as Volley needs it: PutEvents, rules, queues as their targets. `GET /_events` answers with
 * the events that came, oldest first.
 */
export async function startEventBus({ sqs, buses, rules, region }: EventBusOptions): Promise<Emulator> {
  const known = new Set(["default", ...buses]);
  const kept: string[] = [];

  const server = createServer(async (request, reply) => {
    const body = await buffer(request);
    if (request.method === "GET" && request.url === "/_events") {
      return reply.writeHead(200, { "content-type": "application/json" }).end(`[${kept.join(",")}]`);
    }
    const target = request.headers["x-amz-target"];
    if (target !== TARGET) return answer(reply, 400, failure("UnknownOperationException", `${target}`));
    const entries = readEntries(body.toString());
    const refusal = refuseCall(entries);
    if (refusal !== undefined) return answer(reply, 400, failure("ValidationException", refusal));
    const Entries = await Promise.all((entries as readonly EventEntry[]).map(put));
    return answer(reply, 200, { FailedEntryCount: Entries.filter((one) => "ErrorCode" in one).length, Entries });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  /** EventBridge delivers later and tries for a day; here an entry fails if its queue does. */
  async function put(entry: EventEntry): Promise<EntryResult> {
    const taken = takeEntry(entry, known, region);
    if ("ErrorCode" in taken) return taken;
    const { id, bus, text } = taken;
    kept.push(text);
    if (kept.length > KEPT) kept.shift();
    const event: unknown = JSON.parse(text);
    const urls = rules.filter((rule) => rule.bus === bus && rule.matches(event)).flatMap(({ queueUrls }) => queueUrls);
    try {
      await Promise.all(urls.map((QueueUrl) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text }))));
      return { EventId: id };
    } catch (error) {
      return { ErrorCode: "InternalFailure", ErrorMessage: error instanceof Error ? error.message : String(error) };
    }
  }
}

function readEntries(text: string): unknown {
  try {
    return JSON.parse(text)?.Entries;
  } catch {
    return undefined;
  }
}

const failure = (__type: string, message: string) => ({ __type, message });

const answer = (reply: ServerResponse, status: number, body: object): ServerResponse =>
  reply.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
