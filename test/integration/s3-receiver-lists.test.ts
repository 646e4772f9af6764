import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3ReceiverLists } from "../../lib/adapters/s3-receiver-lists.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { receiverListsContract } from "../contracts/receiver-lists.ts";

const BUCKET = "volley-test-lists";
const STORED = { receivers: 3, batches: 2, batchSize: 2 };
const RECEIVERS = BigUint64Array.of(1n, 2n, 3n);

let fauxqs: Emulator;
const clients: S3Client[] = [];

/** As lib/wire makes it, with short deadlines. */
function clientOf(endpoint: string, requestTimeout = 300): S3Client {
  const client = new S3Client({
    endpoint,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" }, // invented: fauxqs takes any
    maxAttempts: 2,
    requestHandler: { connectionTimeout: requestTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  await clientOf(fauxqs.url, 60_000).send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await fauxqs.stop();
});

receiverListsContract("S3 (fauxqs)", () => {
  const client = clientOf(fauxqs.url, 60_000); // parts of 8 MB, on a busy machine
  return {
    lists: s3ReceiverLists({ client, bucket: BUCKET }),
    async tamper(Key, Body) {
      const change =
        Body === undefined
          ? new DeleteObjectCommand({ Bucket: BUCKET, Key })
          : new PutObjectCommand({ Bucket: BUCKET, Key, Body });
      await client.send(change as PutObjectCommand);
    },
  };
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => unknown;

/** A bucket on loopback that answers every request so. */
async function bucketThat(answer: Answer): Promise<Readonly<{ url: string; stop(): Promise<void> }>> {
  const server = createServer(async (request, response) => answer(request, response, await buffer(request)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

const says =
  (status: number, code: string): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/xml" }).end(`<Error><Code>${code}</Code></Error>`);

/** Three ids under whatever headers. */
const givesRange =
  (status: number, headers: Record<string, string>, bytes = 16): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(Buffer.from("00000000000000010000000000000002", "hex").subarray(0, bytes));

describe("a bucket that is away", () => {
  it.each<{ when: string; answer: Answer; writes?: true }>([
    { when: "answers 500", answer: says(500, "InternalError") },
    { when: "slows us down", answer: says(503, "SlowDown") },
    { when: "answers with something that is not XML", answer: (_, response) => response.writeHead(502).end("<html>") },
    { when: "does not exist", answer: says(404, "NoSuchBucket") },
    { when: "lets nobody in", answer: says(403, "AccessDenied") },
    { when: "resets the connection", answer: (request) => request.socket.resetAndDestroy() },
    { when: "is silent", answer: () => undefined },
    { when: "refuses a body that was torn on its way", answer: says(400, "BadDigest") },
  ])("is Unavailable when it $when, and no list is to blame", async ({ answer }) => {
    const bucket = await bucketThat(answer);
    const lists = s3ReceiverLists({ client: clientOf(bucket.url), bucket: BUCKET });
    const list = { key: "lists/away", bytes: 40, sha256: "" };
    const want = { code: "UNAVAILABLE", retryAfterS: 5 };
    await expect(lists.write("away", RECEIVERS, 2)).rejects.toMatchObject(want);
    await expect(lists.read({ ...STORED, list }, 0, 1)).rejects.toMatchObject(want);
    await bucket.stop();
  });

  it.each<{ when: string; answer: Answer }>([
    {
      when: "that ends early",
      answer: (_, response) => {
        response.writeHead(206, { "content-range": "bytes 0-15/40", "content-length": "16" }).write(Buffer.alloc(8));
        setTimeout(() => response.destroy(), 20);
      },
    },
    {
      when: "that never ends",
      answer: (_, response) => {
        response.writeHead(206, { "content-range": "bytes 0-15/40", "content-length": "16" }).write(Buffer.alloc(8));
      },
    },
    { when: "of another range", answer: givesRange(206, { "content-range": "bytes 8-23/40" }) },
    { when: "of part of the range", answer: givesRange(206, { "content-range": "bytes 0-7/40" }, 8) },
    { when: "without a range", answer: givesRange(200, {}) },
  ])("is Unavailable for an answer $when", async ({ answer }) => {
    const bucket = await bucketThat(answer);
    const lists = s3ReceiverLists({ client: clientOf(bucket.url), bucket: BUCKET, deadlineMs: 500 });
    const list = { key: "lists/away", bytes: 40, sha256: "" };
    await expect(lists.read({ ...STORED, list }, 0, 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await bucket.stop();
  });

  it("is Unavailable when nobody listens", async () => {
    const bucket = await bucketThat(() => undefined);
    await bucket.stop();
    const lists = s3ReceiverLists({ client: clientOf(bucket.url), bucket: BUCKET });
    await expect(lists.write("away", RECEIVERS, 2)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("is asked again before it is given up", async () => {
    let requests = 0;
    const bucket = await bucketThat((request, response, body) => {
      requests++;
      if (requests > 1) return response.writeHead(200).end();
      return says(503, "SlowDown")(request, response, body);
    });
    const lists = s3ReceiverLists({ client: clientOf(bucket.url), bucket: BUCKET });
    expect(await lists.write("away", RECEIVERS, 2)).toMatchObject({ bytes: 40 });
    expect(requests).toBe(2);
    await bucket.stop();
  });
});

describe("at the wire", () => {
  it("writes with the SHA-256 of the whole object, for S3 to compare", async () => {
    let sent: unknown;
    const bucket = await bucketThat(({ headers, method, url }, response, body) => {
      const sha256 = createHash("sha256").update(body).digest("base64");
      sent = { method, url, isSigned: headers["x-amz-checksum-sha256"] === sha256, bytes: body.length };
      response.writeHead(200).end();
    });
    const lists = s3ReceiverLists({ client: clientOf(bucket.url), bucket: BUCKET });
    const { sha256 } = await lists.write("abc", RECEIVERS, 2);
    expect(sent).toMatchObject({ method: "PUT", isSigned: true, bytes: 40 });
    expect(sent).toHaveProperty("url", expect.stringMatching(`^/${BUCKET}/lists/abc(\\?|$)`));
    expect(sha256).toMatch(/^[\w+/]{43}=$/);
    await bucket.stop();
  });

  const failure = (code: string) => Object.assign(new Error("planted"), { code });
  it.each([
    { when: "a name cannot be looked up", error: failure("EAI_AGAIN"), want: "UNAVAILABLE" },
    { when: "a certificate is too old", error: failure("CERT_HAS_EXPIRED"), want: "UNAVAILABLE" },
    { when: "a call is wrong", error: failure("ERR_INVALID_ARG_TYPE"), want: "ERR_INVALID_ARG_TYPE" },
    { when: "the code is wrong", error: new TypeError("planted"), want: undefined },
  ])("when $when the failure has the code $want", async ({ error, want }) => {
    const client = clientOf(fauxqs.url);
    client.send = async () => {
      throw error;
    };
    const lists = s3ReceiverLists({ client, bucket: BUCKET });
    const thrown = await lists.write("abc", RECEIVERS, 2).catch((reason: unknown) => reason);
    expect(thrown).toSatisfy((reason) => reason.code === want);
  });
});
