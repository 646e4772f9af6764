import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Connection, type Volley, volley } from "../../clients/sdk/src/client.ts";

export type Got = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}>;

/** What the server does with a request: answers, breaks the connection, or keeps silent. */
export type Said =
  | "breaks"
  | "silent"
  | Readonly<{ status?: number; headers?: Readonly<Record<string, string>>; body?: unknown }>;

/** A server on loopback for one test file: says one thing after the other, the last of them for ever. */
export function tinyVolley() {
  const got: Got[] = [];
  let script: readonly Said[] = [];
  let url = "";
  const server = createServer(async (request, reply) => {
    const { method = "", url: path = "", headers } = request;
    const said = script[Math.min(got.length, script.length - 1)] ?? "breaks";
    got.push({ method, path, headers, body: await text(request) });
    if (said === "breaks") return request.socket.destroy();
    if (said === "silent") return undefined;
    const { status = 200, body = "" } = said;
    const type = status < 400 ? "application/json" : "application/problem+json";
    reply.writeHead(status, { "content-type": type, ...said.headers });
    return reply.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    got.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    got,
    /** A client of a server that says this. */
    saying(said: readonly Said[], options: Partial<Connection> = {}): Volley {
      script = said;
      return volley({ url, backoffMs: 1, ...options });
    },
  };
}

export const JOB_ID = "0123456789abcdefghijklmno";

export const ACCEPTED = {
  status: 202,
  body: { JobId: JOB_ID, Status: "running", Receivers: 1, DuplicatesDropped: 0, Batches: 1, EstimatedSeconds: 1 },
};

export const problem = (status: number, rest: object = {}, headers: Readonly<Record<string, string>> = {}): Said => ({
  status,
  headers,
  body: { type: "about:blank", title: `Title ${status}`, status, detail: `detail ${status}`, ...rest },
});

export const SEND = { AppId: 7, Sender: 5, Receiver: [1], MsgType: 10001, Content: "hi" };
