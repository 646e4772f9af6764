import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import * as v from "valibot";

const entry = v.object({
  EventBusName: v.string(),
  Source: v.string(),
  DetailType: v.string(),
  Time: v.number(), // epoch seconds: the form of AWS JSON 1.1
  Detail: v.string(),
});
const body = v.object({ Entries: v.array(entry) });

export type BusEntry = v.InferOutput<typeof entry>;

/** What the bus does with an entry: takes it, refuses it; or, for the whole call, fails or never answers. */
export type BusAnswer = "take" | "refuse" | "fail" | "silent";

/**
 * EventBridge's PutEvents on loopback, as far as its answers go.
 *
 * @param answer to each entry; `call` counts the calls, from 0
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function fakeEventBus(answer: (entry: BusEntry, call: number) => BusAnswer = () => "take") {
  const calls: BusEntry[][] = [];
  const taken: BusEntry[] = [];
  const server = createServer(async (request, reply) => {
    const { Entries } = v.parse(body, await json(request));
    const answers = Entries.map((one) => answer(one, calls.length));
    calls.push(Entries);
    if (answers.includes("silent")) return undefined;
    reply.setHeader("content-type", "application/x-amz-json-1.1");
    if (answers.includes("fail")) return reply.writeHead(400).end('{"__type":"AccessDeniedException"}');
    taken.push(...Entries.filter((_, i) => answers[i] === "take"));
    const results = answers.map((one, i) =>
      one === "take" ? { EventId: `e${i}` } : { ErrorCode: "InternalFailure", ErrorMessage: "try again" },
    );
    const FailedEntryCount = answers.filter((one) => one === "refuse").length;
    return reply.end(JSON.stringify({ FailedEntryCount, Entries: results }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    taken,
    async stop(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
