import { gzipSync } from "node:zlib";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3RequestObjects } from "../../lib/adapters/s3-request-objects.ts";
import type { RequestObject } from "../../lib/domain/incoming.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { requestObjectsContract } from "../contracts/request-objects.ts";
import { endAll, listenHttp } from "./loopback.ts";

const BUCKET = "volley-test-requests";
const MB = 1024 * 1024;
let fauxqs: Emulator;
const clients: S3Client[] = [];

function clientOf(endpoint: string): S3Client {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" }; // invented: fauxqs takes any
  const requestHandler = { connectionTimeout: 2_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
  const client = new S3Client({
    endpoint,
    region: "ap-southeast-1",
    credentials,
    forcePathStyle: true,
    maxAttempts: 2,
    requestHandler,
  });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  await clientOf(fauxqs.url).send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await fauxqs.stop();
  await endAll();
});

async function put(Key: string, Body: string | Uint8Array, ContentEncoding?: string): Promise<RequestObject> {
  const { ETag = "" } = await clientOf(fauxqs.url).send(
    new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentEncoding }),
  );
  return { bucket: BUCKET, key: Key, eTag: ETag.replaceAll('"', ""), size: Buffer.byteLength(Body) };
}
const read = (object: RequestObject) => s3RequestObjects({ client: clientOf(fauxqs.url), bucket: BUCKET }).read(object);

requestObjectsContract("S3 (fauxqs)", () => ({
  objects: { read },
  put,
  async remove(Key) {
    await clientOf(fauxqs.url).send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  },
}));

describe("a request as an object", () => {
  it.each([
    { when: "by its name", key: "jobs/a/x.json.gz" },
    { when: "by its Content-Encoding", key: "jobs/a/x.json", encoding: "gzip" },
  ])("is unpacked if it is gzip $when", async ({ key, encoding }) => {
    expect(await read(await put(key, gzipSync("漢字"), encoding))).toBe("漢字");
  });

  it.each([
    { what: "gzip that is none", key: "jobs/a/x.gz", bytes: Buffer.from("{}"), says: "not gzip" },
    { what: "a gzip bomb", key: "jobs/a/bomb.gz", bytes: gzipSync(Buffer.alloc(33 * MB)), says: "when unpacked" },
    { what: "no UTF-8", key: "jobs/a/x", bytes: Buffer.from([0x22, 0xff, 0x22]), says: "not UTF-8" },
    { what: "nothing", key: "jobs/a/empty", bytes: Buffer.alloc(0), says: "is empty" },
    { what: "too much", key: "jobs/a/big", bytes: Buffer.alloc(6 * MB + 1, 32), says: "must not exceed 6291456 bytes" },
  ])("is refused: $what", async ({ key, bytes, says }) => {
    await expect(read(await put(key, bytes))).rejects.toMatchObject({
      code: "MALFORMED",
      message: expect.stringContaining(says),
    });
  });

  it("is not read into memory if it is larger than its notification says", async () => {
    const object = await put("jobs/a/liar", Buffer.alloc(6 * MB + 1, 32));
    await expect(read({ ...object, size: 1 })).rejects.toMatchObject({ code: "MALFORMED" });
  });

  it("is refused if it lies in another bucket", async () => {
    const object = await put("jobs/a/x", "{}");
    await expect(read({ ...object, bucket: "another" })).rejects.toMatchObject({ code: "MALFORMED" });
  });

  it.each([
    { when: "slows us down", status: 503, code: "SlowDown" },
    { when: "refuses us", status: 403, code: "AccessDenied" },
    { when: "is not there", status: 404, code: "NoSuchBucket" },
  ])("comes later if the bucket $when", async ({ status, code }) => {
    const url = await listenHttp((_, reply) => void reply.writeHead(status).end(`<Error><Code>${code}</Code></Error>`));
    const objects = s3RequestObjects({ client: clientOf(url), bucket: BUCKET });
    const object = { bucket: BUCKET, key: "jobs/a/x", eTag: "e", size: 1 };
    await expect(objects.read(object)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("comes later if the bucket is silent", async () => {
    const url = await listenHttp(() => {});
    const objects = s3RequestObjects({ client: clientOf(url), bucket: BUCKET, deadlineMs: 200 });
    const object = { bucket: BUCKET, key: "jobs/a/x", eTag: "e", size: 1 };
    await expect(objects.read(object)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
