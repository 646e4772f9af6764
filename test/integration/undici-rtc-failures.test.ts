import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { Pool } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { post } from "../../lib/adapters/undici-post.ts";
import { client, endAll, ends, KEYS, listenHttp, listenTcp, SENT } from "./loopback.ts";

afterEach(endAll);

describe("nothing can have arrived", () => {
  const notSent = (code: string) => ({ kind: "refused", why: "not-sent", code });

  it("refused port", async () => {
    const { send } = client(`http://${await listenTcp(() => {})}`);
    await ends.shift()?.(); // nobody listens any more
    expect(await send()).toEqual(notSent("ConnectionRefused"));
  });

  it("a name that does not resolve", async () => {
    expect(await client("http://rtc.invalid").send()).toEqual(notSent("DnsFailed"));
  });

  it("TLS to a port that speaks plain HTTP", async () => {
    const endpoint = await listenHttp((_, response) => response.end(SENT));
    expect(await client(endpoint.replace("http", "https")).send()).toEqual(notSent("TlsFailed"));
  });

  it("reset during the TLS handshake", async () => {
    const host = await listenTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await client(`https://${host}`).send()).toEqual(notSent("ConnectionReset"));
  });

  it("a TLS handshake that hangs", async () => {
    let received = "";
    const host = await listenTcp((socket) => socket.on("data", (bytes) => (received += bytes.toString("latin1"))));
    expect(await client(`https://${host}`, { timeoutMs: 40 }).send()).toEqual(notSent("ConnectTimeout"));
    expect(received).not.toContain("POST");
  });

  it("a call whose time is up while it waits for a socket, and it is not sent later either", async () => {
    const bodies: string[] = [];
    const first = Promise.withResolvers<ServerResponse>();
    const endpoint = await listenHttp(async (request, response) => {
      bodies.push(await text(request));
      if (bodies.length === 1) return first.resolve(response);
      response.end(SENT);
    });
    const pool = new Pool(endpoint, { connections: 1 });
    ends.push(() => pool.close());
    const call = (body: string, deadline = new AbortController().signal) =>
      post(
        pool,
        { path: "/", headers: {}, body: Buffer.from(body), maxBytes: 99, mayLeave: () => undefined },
        deadline,
      );

    const deadline = new AbortController();
    const [running, waiting] = [call("running"), call("waiting", deadline.signal)];
    const response = await first.promise;
    deadline.abort("time is up");
    expect(await waiting).toEqual({ kind: "broken", written: false, cause: "time is up" });
    response.end(SENT);
    expect(await running).toMatchObject({ kind: "replied" });
    expect(await call("next")).toMatchObject({ kind: "replied" });
    expect(bodies).toEqual(["running", "next"]);
  });

  it("keys that cannot be had", async () => {
    const cause = new Error("the secret's store is away");
    const heard: unknown[] = [];
    const { send } = client("http://127.0.0.1:9", { credentials: () => Promise.reject(cause) });
    const onBroken = (code: string, error: unknown) => void heard.push(code, (error as Error).cause);
    expect(await send(undefined, onBroken)).toEqual(notSent("CredentialsUnavailable"));
    expect(heard).toEqual(["CredentialsUnavailable", cause]);
  });

  it("a key that no header can carry", async () => {
    const credentials = async () => ({ ...KEYS, accessKeyId: "AKLT\n" });
    const want = { kind: "refused", why: "credentials", code: "UnsendableKey" };
    expect(await client("http://127.0.0.1:9", { credentials }).send()).toEqual(want);
  });
});

describe("it may have arrived", () => {
  /** Read until the request is complete, then do `next`. */
  const onRequest = (next: (socket: Socket) => void) => (socket: Socket) => {
    let got = "";
    socket.on("data", (bytes) => {
      got += bytes.toString("utf8");
      if (got.endsWith('"what is said"}')) next(socket);
    });
  };

  it.each([
    {
      when: "reset before it is read",
      greet: (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 20),
      want: "ConnectionReset",
    },
    { when: "reset after it is read", greet: onRequest((socket) => socket.resetAndDestroy()), want: "ConnectionReset" },
    { when: "closed without an answer", greet: onRequest((socket) => socket.end()), want: "ConnectionReset" },
    {
      when: "closed amid the answer",
      greet: onRequest((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")),
      want: "ConnectionReset",
    },
    { when: "an answer that is not HTTP", greet: onRequest((socket) => socket.end("hello\r\n")), want: "NotHttp" },
    { when: "no answer", greet: () => {}, timeoutMs: 400, want: "CallTimeout" },
    {
      when: "half an answer",
      greet: onRequest((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")),
      timeoutMs: 400,
      want: "CallTimeout",
    },
  ])("$when -> $want", async ({ greet, timeoutMs = 10_000, want }) => {
    const heard: unknown[] = [];
    const onBroken = (code: string, cause: unknown) => void heard.push(code, cause);
    const { send } = client(`http://${await listenTcp(greet)}`, { timeoutMs });
    expect(await send(undefined, onBroken)).toEqual({ kind: "unclear", code: want });
    expect(heard[0]).toBe(want);
    expect(inspect(heard, { depth: 10, showHidden: true })).not.toMatch(/invented-secret|what is said/);
  });
});
