import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Reply, Request } from "../../lib/http/request.ts";
import { serveHttpApi } from "../../local/http-api.ts";
import { makeReadyClient } from "../../local/ready-client.ts";
import { context, fakeAws } from "../functions/fake-aws.ts";
import { aRequest } from "../http/request.ts";
import { FUNCTION_OF } from "../support/function-of.ts";
import { HTTP_REQUESTS, type HttpRequestRow, type SentRequest } from "../support/http-requests.ts";

// One table of requests, answered twice: over HTTP by the local stack's server, and by the functions themselves from events as
// AWS documents them. Both must say the same.

const JSON_TYPE = { "content-type": "application/json" };

let server: Server;
let key = "";
const folder = mkdtempSync(join(tmpdir(), "http-api-"));

describe("the local HTTP API", () => {
  fakeAws();
  beforeAll(async () => {
    const clients = join(folder, "clients.json");
    key = await makeReadyClient(clients);
    vi.stubEnv("AUTH", "keys");
    vi.stubEnv("LOCAL_CLIENTS", clients);
    server = createServer(() => {});
    const routes = [...FUNCTION_OF].map(([route, { name }]) => ({
      key: route === "* *" ? "$default" : route,
      functionName: name,
    }));
    serveHttpApi(server, {
      routes,
      invoke: async (name, event) => (await handlerOf(name))(JSON.parse(event), context),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it.each(HTTP_REQUESTS)("$when: $want, as from AWS", async (row) => {
    const local = await overHttp(row);
    const aws = await byEvent(row);
    expect(local.status).toBe(row.want);
    expect(local).toEqual(aws);
  });

  it.each([
    { when: "a foreign Origin", headers: { origin: "http://page.example" } },
    { when: "an Origin on another port", headers: { origin: "http://127.0.0.1:1" } },
    { when: "an Origin without a name", headers: { origin: "null" } },
    { when: "a name that was pointed here", headers: { host: "page.example" } },
    { when: "another site", headers: { "sec-fetch-site": "cross-site" } },
    { when: "another port of this machine", headers: { "sec-fetch-site": "same-site" } },
  ])("lets no page in: $when", async ({ headers }) => {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const { status, headers: told } = await send({ method, path: "/v1/jobs", headers, body: "{}" });
      expect(status).toBe(403);
      expect(told).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("lets its own pages in, and whoever follows a link", async () => {
    const { port } = server.address() as AddressInfo;
    for (const headers of [
      { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    ]) {
      expect((await send({ path: "/health", headers })).status).toBe(200);
    }
  });

  it.each([
    { when: "headers", path: "/health", headers: { "x-long": "a".repeat(10_300) }, want: 431 },
    { when: "headers that Node does not read", path: "/health", headers: { "x-long": "a".repeat(40_000) }, want: 431 },
    { when: "an address", path: `/health?${"a".repeat(10_300)}`, want: 431 },
    { when: "a body", method: "POST", path: "/v1/jobs", headers: JSON_TYPE, body: "1".repeat(6_291_456), want: 413 },
    {
      when: "quotes, which cost two bytes in an event",
      method: "POST",
      path: "/v1/jobs",
      headers: JSON_TYPE,
      body: '"'.repeat(3_200_000),
      want: 413,
    },
    { when: "base64", method: "POST", path: "/v1/jobs", body: Buffer.alloc(4_800_000), want: 413 },
  ])("refuses too much of $when with a problem document: $want", async ({ want, ...sent }) => {
    const { status, headers, body } = await send(sent);
    expect(status).toBe(want);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(body.toString())).toMatchObject({ status: want });
  });
});

async function handlerOf(name: string) {
  const file = [...FUNCTION_OF.values()].find((one) => one.name === name)?.file;
  const { handler } = (await import(`../../functions/${file}.ts`)) as {
    handler: (event: Request, given: typeof context) => Promise<Reply>;
  };
  return handler;
}

/** What a client sees of an answer. */
const KEPT = [
  "content-type",
  "content-encoding",
  "location",
  "allow",
  "www-authenticate",
  "vary",
  "cache-control",
  "retry-after",
];
const kept = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(KEPT.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));

async function overHttp({ headers, ...sent }: HttpRequestRow) {
  const {
    status,
    headers: told,
    body,
  } = await send({ ...sent, headers: { authorization: `Bearer ${key}`, ...headers } });
  return { status, headers: kept(told), body: body.toString() };
}

async function byEvent({ method = "GET", path, headers = {}, body, route, event }: HttpRequestRow) {
  const [bare = "", query = ""] = path.split("?");
  const { name = "" } = FUNCTION_OF.get(route === "$default" ? "* *" : (route ?? `${method} ${bare}`)) ?? {};
  const request = aRequest({
    ...{ method, path: bare, rawQuery: query },
    ...(typeof body === "string" && { body }),
    ...event,
    headers: { authorization: `Bearer ${key}`, ...(headers as Record<string, string>), ...event?.headers },
  });
  const reply = await (await handlerOf(name))(request, context);
  const { statusCode = 0, headers: told = {}, body: text = "", isBase64Encoded = false } = reply;
  const bytes = method === "HEAD" ? Buffer.of() : Buffer.from(text, isBase64Encoded ? "base64" : "utf8");
  return { status: statusCode, headers: kept(told), body: bytes.toString() };
}

async function send({ method = "GET", path, headers = {}, body }: SentRequest) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const asked = httpRequest(
      { host: "127.0.0.1", port, method, path, headers: { ...length, ...headers } },
      async (reply) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: await buffer(reply) }),
    );
    asked.once("error", reject).end(body);
  });
}
