import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { computeSignature, makeSigningKeys } from "../../lib/volcengine/signature.ts";
import { ANSWERED, client, endAll, ends, KEYS, listenHttp, listenTcp, NOW_MS, SENT } from "./loopback.ts";

const BAD_CLOCK = `{"ResponseMetadata":{"RequestId":"r","Error":{"CodeN":100006,"Code":"InvalidTimestamp","Message":"m"}}}`;

afterEach(endAll);

describe("an answer", () => {
  it("comes to a request that is exact and verifies", async () => {
    const got: Record<string, unknown> = {};
    const endpoint = await listenHttp(async ({ method, url, headers }, response) => {
      Object.assign(got, { method, url, headers });
      response.end(SENT);
    });
    const sessionToken = "invented-token";
    const { send } = client(endpoint, { credentials: async () => ({ ...KEYS, sessionToken }) });
    expect(await send()).toEqual(ANSWERED);

    const headers = got["headers"] as Record<string, string>;
    expect(got).toMatchObject({ method: "POST", url: "/?Action=BatchSendMessage&Version=2020-12-01" });
    expect(headers).toMatchObject({ host: endpoint.slice(7), "content-type": "application/json" });
    const [, signed = "", signature] = /SignedHeaders=(.+), Signature=(.+)$/.exec(headers["authorization"] ?? "") ?? [];
    expect(signed).toBe("content-type;host;x-content-sha256;x-date;x-security-token");
    const scope = { region: "cn-north-1", service: "rtc" };
    const request = { method: "POST", path: "/", query: "Action=BatchSendMessage&Version=2020-12-01", headers };
    const bodyHash = headers["x-content-sha256"] ?? "";
    const key = makeSigningKeys(scope)(KEYS.secretAccessKey, "20240515");
    expect(computeSignature({ ...request, bodyHash }, signed.split(";"), scope, key)).toBe(signature);
  });

  it("comes to a request that names its trace, which the signature leaves out", async () => {
    let traceparent: unknown;
    const endpoint = await listenHttp((request, response) => {
      traceparent = request.headers["traceparent"];
      response.end(SENT);
    });
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const { send } = client(endpoint);
    expect(await send(Number.POSITIVE_INFINITY, undefined, trace)).toEqual(ANSWERED);
    expect(traceparent).toBe(trace);
  });

  it("comes to ids past 2^53 that arrived digit for digit", async () => {
    let body = "";
    const endpoint = await listenHttp(async (request, response) => {
      body = await text(request);
      response.end(SENT);
    });
    await client(endpoint).send();
    expect(body).toBe(
      `{"AppId":1,"Sender":9223372036854775807,"Receiver":[1,2],"MsgType":10001,"Content":"what is said"}`,
    );
  });

  it.each([
    { when: "an HTML 502", status: 502, body: "<html>Bad Gateway</html>", want: { kind: "unclear", code: "NotJson" } },
    {
      when: "an error at status 200",
      status: 200,
      body: `{"ResponseMetadata":{"RequestId":"r","Error":{"Code":"AppNotFound"}}}`,
      want: { kind: "refused", why: "request", code: "AppNotFound", requestId: "r" },
    },
    { when: "a bare 429", status: 429, body: "", want: { kind: "refused", why: "flow", code: "Http429" } },
    {
      when: "more than a megabyte",
      status: 200,
      body: `{${" ".repeat(1_100_000)}${SENT.slice(1)}`,
      want: { kind: "unclear", code: "AnswerTooLarge" },
    },
  ])("is read: $when", async ({ status, body, want }) => {
    const endpoint = await listenHttp((_, response) => response.writeHead(status).end(body));
    expect(await client(endpoint).send()).toEqual(want);
  });

  it("may come in pieces", async () => {
    const endpoint = await listenHttp(async (_, response) => {
      for (const piece of SENT.match(/.{1,40}/g) ?? []) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.end();
    });
    expect(await client(endpoint).send()).toEqual(ANSWERED);
  });
});

describe("keep-alive", () => {
  /** undici takes a socket back only a turn of the event loop after the answer: a send right then opens another. */
  const restMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Counts connections; `answer` sees the how-manieth request on its connection it is. */
  async function counting(answer: (socket: Socket, nth: number) => void) {
    const count = { connections: 0 };
    const reply = `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(SENT)}\r\n\r\n${SENT}`;
    const host = await listenTcp((socket) => {
      let nth = 0;
      count.connections++;
      socket.on("data", (bytes) => {
        if (!bytes.includes('"what is said"}')) return;
        socket.write(reply);
        answer(socket, ++nth);
      });
    });
    return { endpoint: `http://${host}`, count };
  }

  it("uses a socket again", async () => {
    const { endpoint, count } = await counting(() => {});
    const { send } = client(endpoint);
    for (let i = 0; i < 3; i++) {
      expect(await send()).toEqual(ANSWERED);
      await restMs(10);
    }
    expect(count.connections).toBe(1);
  });

  it("does not write to a socket that the server has closed since", async () => {
    const { endpoint, count } = await counting((socket) => socket.end());
    const { send } = client(endpoint);
    for (let i = 0; i < 3; i++) {
      expect(await send()).toEqual(ANSWERED);
      await restMs(10);
    }
    expect(count.connections).toBe(3);
  });

  it.each([
    { when: "at the limit", idleMs: 4_000, want: 1 },
    { when: "beyond it, as after a freeze", idleMs: 4_001, want: 2 },
    { when: "with a clock that stepped back", idleMs: -60_000, want: 1 },
  ])("idle time $when: $want connections", async ({ idleMs, want }) => {
    let nowMs = NOW_MS;
    const { endpoint, count } = await counting(() => {});
    const { send } = client(endpoint, { now: () => nowMs });
    expect(await send()).toEqual(ANSWERED);
    await restMs(10);
    nowMs += idleMs;
    expect(await send()).toEqual(ANSWERED);
    expect(count.connections).toBe(want);
  });
});

describe("a wrong clock", () => {
  it("is answered with one more attempt by the server's clock, which is remembered", async () => {
    const dates: unknown[] = [];
    const endpoint = await listenHttp(({ headers }, response) => {
      dates.push(headers["x-date"]);
      response.setHeader("date", new Date(NOW_MS + 3_600_000).toUTCString());
      if (headers["x-date"] === "20240515T090313Z") return response.end(SENT);
      response.writeHead(403).end(BAD_CLOCK);
    });
    const { send } = client(endpoint);
    expect([await send(), await send()]).toEqual([ANSWERED, ANSWERED]);
    expect(dates).toEqual(["20240515T080313Z", "20240515T090313Z", "20240515T090313Z"]);
  });

  it.each([{ date: "nonsense" }, { date: new Date(NOW_MS).toUTCString() }])(
    "counts as refused keys the second time (Date: $date)",
    async ({ date }) => {
      let requests = 0;
      const endpoint = await listenHttp((_, response) => {
        requests++;
        response.setHeader("date", date).writeHead(403).end(BAD_CLOCK);
      });
      const want = { kind: "refused", why: "credentials", code: "InvalidTimestamp", requestId: "r" };
      expect(await client(endpoint).send()).toEqual(want);
      expect(requests).toBe(2);
    },
  );
});

describe("a call that has to leave by a certain time", () => {
  const late = { kind: "refused", why: "late", code: "TooLate" };

  /** Counts requests; the first is answered when the test says so. */
  async function held() {
    const first = Promise.withResolvers<ServerResponse>();
    const count = { requests: 0 };
    const endpoint = await listenHttp((_, response) => {
      count.requests++;
      if (count.requests === 1) first.resolve(response);
      else response.end(SENT);
    });
    return { endpoint, count, first: first.promise };
  }

  it.each([
    { when: "just in time", leaveByMs: NOW_MS, want: ANSWERED, requests: 1 },
    { when: "a millisecond late", leaveByMs: NOW_MS - 1, want: late, requests: 0 },
  ])("is sent only then: its socket is ready $when", async ({ leaveByMs, want, requests }) => {
    let received = 0;
    const endpoint = await listenHttp((_, response) => {
      received++;
      response.end(SENT);
    });
    expect(await client(endpoint).send(leaveByMs)).toEqual(want);
    expect(received).toBe(requests);
  });

  it("writes nothing if it got its socket only after that, and the next call is sent as ever", async () => {
    let nowMs = NOW_MS;
    const { endpoint, count, first } = await held();
    const { send } = client(endpoint, { connections: 1, now: () => nowMs });
    const running = send();
    const response = await first;
    const waiting = send(NOW_MS + 300);
    nowMs += 301;
    response.end(SENT);
    expect([await running, await waiting]).toEqual([ANSWERED, late]);
    expect(await send(nowMs)).toEqual(ANSWERED);
    expect(count.requests).toBe(2);
  });

  it("is not sent again by the server's clock after that", async () => {
    let nowMs = NOW_MS;
    let requests = 0;
    const endpoint = await listenHttp((_, response) => {
      requests++;
      nowMs += 301;
      response.writeHead(403).end(BAD_CLOCK);
    });
    expect(await client(endpoint, { now: () => nowMs }).send(NOW_MS + 300)).toEqual(late);
    expect(requests).toBe(1);
  });
});

it("close waits for the calls under way, and refuses later ones unsent", async () => {
  const endpoint = await listenHttp((_, response) => setTimeout(() => response.end(SENT), 30));
  const { send, rtc } = client(endpoint);
  const underWay = send();
  await new Promise(setImmediate);
  ends.pop(); // closed here
  await rtc.close();
  expect(await underWay).toEqual(ANSWERED);
  expect(await send()).toEqual({ kind: "refused", why: "not-sent", code: "ConnectFailed" });
});
