import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach } from "vitest";

export type Got = Readonly<{ method: string; path: string; headers: Readonly<Record<string, unknown>>; body: string }>;
export type Answer = Readonly<{ status?: number; headers?: Readonly<Record<string, string>>; body: unknown }>;
/** By method and path: answers one after the other, the last of them for ever. */
export type Script = Readonly<Record<string, readonly Answer[] | ((got: Got) => Answer | Promise<Answer>)>>;

/** A Volley on loopback that says what a test tells it to. What it is not told is a 404. */
export function tinyApi() {
  const got: Got[] = [];
  let script: Script = {};
  let url = "";
  const server = createServer(async (request, reply) => {
    const { method = "", headers } = request;
    const path = request.url ?? "";
    const one: Got = { method, path, headers, body: await text(request) };
    const name = `${method} ${path.split("?")[0]}`;
    const before = got.filter((other) => `${other.method} ${other.path.split("?")[0]}` === name).length;
    got.push(one);
    const said = script[name];
    const answer = typeof said === "function" ? await said(one) : said?.[Math.min(before, said.length - 1)];
    const { status = 200, headers: more = {}, body } = answer ?? problem(404, `there is no ${name}`);
    const type = status < 400 ? "application/json" : "application/problem+json";
    reply.writeHead(status, { "content-type": type, ...more });
    reply.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    got.length = 0;
    script = {};
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    got,
    /** From now on it says this. @returns the environment in which a command talks to it */
    saying(said: Script): Readonly<Record<string, string>> {
      script = said;
      return { VOLLEY_URL: url, VOLLEY_KEY: "volley_k" };
    },
  };
}

export const problem = (status: number, detail: string, rest: object = {}): Answer => ({
  status,
  body: { type: "about:blank", title: `Title ${status}`, status, detail, ...rest },
});

export const ndjson = (rows: readonly object[]): Answer => ({
  headers: { "content-type": "application/x-ndjson" },
  body: rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
});
