import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A body in AWS's JSON protocols. */
export type Body = Record<string, unknown>;

export type Answer = Readonly<{ status: number; body: Body }>;

/** One request on its way: what it asks for, and the way on. */
export type Exchange = Readonly<{ operation: string; body: Body; forward(body?: Body): Promise<Answer> }>;

/** What becomes of a request. `reset`: the connection breaks; `hang`: nobody ever answers. */
export type Handling = (exchange: Exchange) => Promise<Answer | "reset" | "hang">;

/** Hears of everything that the real endpoint took. */
export type OnTaken = (operation: string, body: Body, answer: Body) => void;

/** A DynamoDB or SQS endpoint on loopback that hands on to a real one, but for what `handle` makes of it. */
export async function startAwsProxy(
  target: string,
  handle: Handling,
  onTaken: OnTaken,
): Promise<Readonly<{ url: string; stop(): Promise<void> }>> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy()); // the far end went away: so do we
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const headers = { ...request.headers } as Record<string, string>;
    for (const name of ["host", "connection", "content-length", "accept-encoding", "transfer-encoding"]) {
      delete headers[name];
    }
    const operation = headers["x-amz-target"]?.split(".").at(-1) ?? "";
    const forward = async (body: Body): Promise<Answer> => {
      const poll = "WaitTimeSeconds" in body ? { signal: gone.signal } : {}; // what is written is written
      const url = new URL(request.url ?? "/", target);
      const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(body), ...poll });
      const answer: Answer = { status: reply.status, body: JSON.parse((await reply.text()) || "{}") };
      if (answer.status === 200) onTaken(operation, body, answer.body);
      return answer;
    };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: Body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
    const answer = await handle({ operation, body, forward: (other = body) => forward(other) });
    if (answer === "hang") return;
    if (answer === "reset") return void response.socket?.resetAndDestroy();
    response.writeHead(answer.status, { "content-type": headers["content-type"] ?? "application/json" });
    response.end(JSON.stringify(answer.body));
  }

  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
