import type { Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { ANSWERED, client, endAll, listenHttp, listenTcp, SENT } from "./loopback.ts";

// An answer that proves something counts, whatever surrounds it.

afterEach(endAll);

const OK = "HTTP/1.1 200 OK\r\n";
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const plain = `${OK}content-length: ${Buffer.byteLength(SENT)}\r\n\r\n${SENT}`;
const packed = (bytes: Buffer, coding: string) =>
  Buffer.concat([Buffer.from(`${OK}content-encoding: ${coding}\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]);
const chunked = (text: string) =>
  `${OK}transfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n`;

/** Answer each request that is read whole with these pieces, one write each. */
const answering =
  (...pieces: readonly (string | Buffer)[]) =>
  (socket: Socket) => {
    let got = "";
    socket.on("data", async (bytes) => {
      got += bytes.toString("utf8");
      if (!got.endsWith('"what is said"}')) return;
      got = "";
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
  };

describe("an answer is read", () => {
  it.each([
    { when: "as gzip", pieces: [packed(gzipSync(SENT), "gzip")] },
    { when: "as brotli", pieces: [packed(brotliCompressSync(SENT), "br")] },
    {
      when: "with a byte order mark",
      pieces: [`${chunked(Buffer.from(`\uFEFF${SENT}`).toString("latin1"))}\r\n`].map((t) => Buffer.from(t, "latin1")),
    },
    { when: "in chunks with a trailer", pieces: [`${chunked(SENT)}x-sum: 1\r\n\r\n`] },
    { when: "behind early hints", pieces: [`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${plain}`] },
    { when: "behind a word that it is being worked on", pieces: ["HTTP/1.1 102 Processing\r\n\r\n", plain] },
    { when: "behind a go-ahead", pieces: [`${CONTINUE}${plain}`] },
    {
      when: "behind a go-ahead in pieces",
      pieces: ["HTTP/1.1 1", "00 Continue\r\n", "x: y\r\n\r", `\n${plain.slice(0, 3)}`, plain.slice(3)],
    },
    { when: "behind two go-aheads", pieces: [CONTINUE, CONTINUE, plain] },
  ])("$when, twice on one socket", async ({ pieces }) => {
    let sockets = 0;
    const greet = answering(...pieces);
    const host = await listenTcp((socket) => {
      sockets++;
      greet(socket);
    });
    const { send } = client(`http://${host}`, { connections: 1 });
    expect(await send()).toEqual(ANSWERED);
    expect(await send()).toEqual(ANSWERED);
    expect(sockets).toBe(1);
  });

  it("and is asked for plain", async () => {
    let asked: unknown;
    const endpoint = await listenHttp((request, response) => {
      asked = request.headers["accept-encoding"];
      response.end(SENT);
    });
    expect(await client(endpoint).send()).toEqual(ANSWERED);
    expect(asked).toBe("identity");
  });

  it("as what it is: a go-ahead in a body is left alone", async () => {
    const body = `${CONTINUE}${SENT}`;
    const { send } = client(`http://${await listenTcp(answering(OK, `content-length: ${body.length}\r\n\r\n`, body))}`);
    expect(await send()).toEqual({ kind: "unclear", code: "NotJson" });
  });
});

describe("something in between", () => {
  it.each([302, 401, 403, 404, 405, 407, 413, 414, 431])("turns a call away with %s: not sent", async (status) => {
    const endpoint = await listenHttp((_, response) =>
      response.writeHead(status, { location: "/login" }).end("<p>No</p>"),
    );
    expect(await client(endpoint).send()).toEqual({
      kind: "refused",
      why: "not-sent",
      code: `Http${status}`,
      holds: true,
    });
  });

  it.each([
    { retryAfter: "7", want: 7_000 },
    { retryAfter: "Wed, 15 May 2024 08:03:33 GMT", want: 20_000 },
    { retryAfter: "86400", want: 300_000 },
  ])("says 429 and Retry-After: $retryAfter", async ({ retryAfter, want }) => {
    const headers = { "retry-after": retryAfter, date: "Wed, 15 May 2024 08:03:13 GMT" };
    const endpoint = await listenHttp((_, response) => response.writeHead(429, headers).end());
    expect(await client(endpoint).send()).toMatchObject({ why: "flow", code: "Http429", retryAfterMs: want });
  });
});
