import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";

export type CapacityMeter = Readonly<{ url: string; writeUnits(): number; stop(): void }>;

const WRITES = /\.(?:PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/;

/**
 * A DynamoDB endpoint that passes everything on and adds up the write units the engine says each write took. The
 * functions stay as they are on AWS: only the address they talk to is another.
 */
export async function startCapacityMeter(dynamoUrl: string): Promise<CapacityMeter> {
  let units = 0;
  const server = createServer(async (incoming, outgoing) => {
    const writes = WRITES.test(String(incoming.headers["x-amz-target"]));
    const body = await readAll(incoming);
    const { connection: _, "content-length": __, ...headers } = incoming.headers;
    const reply = await request(`${dynamoUrl}${incoming.url}`, {
      method: incoming.method === "POST" ? "POST" : "GET",
      headers: headers as Record<string, string>,
      body: writes ? JSON.stringify({ ...JSON.parse(body), ReturnConsumedCapacity: "TOTAL" }) : body || null,
    });
    const text = await reply.body.text();
    if (writes) units += unitsOf(JSON.parse(text));
    const { "content-length": ___, connection: ____, "x-amz-crc32": _____, ...replyHeaders } = reply.headers;
    outgoing.writeHead(reply.statusCode, replyHeaders as Record<string, string>).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writeUnits: () => units,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function unitsOf({ ConsumedCapacity }: { ConsumedCapacity?: { CapacityUnits?: number } }): number {
  return ConsumedCapacity?.CapacityUnits ?? 0;
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
