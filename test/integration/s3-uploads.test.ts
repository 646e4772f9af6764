import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importScratchOn } from "../../lib/adapters/import-scratch-on.ts";
import { s3Objects } from "../../lib/adapters/s3-objects.ts";
import { s3Uploads } from "../../lib/adapters/s3-uploads.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { importScratchContract } from "../contracts/import-scratch.ts";
import { uploadsContract } from "../contracts/uploads.ts";

const BUCKET = "volley-test-uploads";

let fauxqs: Emulator;
const clients: S3Client[] = [];

function clientOf(endpoint: string): S3Client {
  const client = new S3Client({
    endpoint,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" }, // invented: fauxqs takes any
    maxAttempts: 2,
    forcePathStyle: true,
    requestHandler: { connectionTimeout: 300, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  clients.push(client);
  return client;
}
const bucket = () => ({ client: clientOf(fauxqs.url), bucket: BUCKET });

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  await clientOf(fauxqs.url).send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await fauxqs.stop();
});

uploadsContract("S3 (fauxqs)", () => {
  const { client } = bucket();
  return {
    uploads: s3Uploads({ client, bucket: BUCKET, now: Date.now }),
    async put(Key, Body) {
      if (Body === undefined) await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      else await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    },
  };
});

importScratchContract("S3 (fauxqs)", () => importScratchOn(s3Objects(bucket())));

describe("a link to upload", () => {
  const limits = { contentType: "text/csv", maxBytes: 1_000, seconds: 60 };

  it("takes a form with the file, and the object is there", async () => {
    const uploads = s3Uploads({ ...bucket(), now: Date.now });
    const { url, fields, method } = await uploads.link("uploads/job/form", limits);
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob(["UserId\n7\n"]));
    const { status } = await fetch(url, { method, body: form });
    expect(status).toBe(204);
    const found = await uploads.stat("uploads/job/form");
    expect(found?.bytes).toBe(9);
    expect(
      Buffer.from(await uploads.read("uploads/job/form", found?.etag ?? "", { start: 7, end: 9 })).toString(),
    ).toBe("7\n");
  });

  it("is signed for this object, this type and this length alone", async () => {
    const { fields } = await s3Uploads({ ...bucket(), now: Date.now }).link("uploads/job/run", limits);
    const { conditions, expiration } = JSON.parse(Buffer.from(fields["Policy"] ?? "", "base64").toString());
    expect(conditions).toEqual(
      expect.arrayContaining([
        ["content-length-range", 1, 1_000],
        { "Content-Type": "text/csv" },
        { key: "uploads/job/run" },
        { bucket: BUCKET },
      ]),
    );
    expect(Math.abs(Date.parse(expiration) - Date.now() - 60_000)).toBeLessThan(5_000);
    expect(fields["X-Amz-Signature"]).toMatch(/^[0-9a-f]{64}$/);
  });
});

it("a bucket that is away is Unavailable, and no upload is to blame", async () => {
  const client = clientOf("http://127.0.0.1:1");
  const uploads = s3Uploads({ client, bucket: BUCKET, now: Date.now });
  await expect(uploads.stat("uploads/job/run")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  const read = uploads.read("uploads/job/run", '"etag"', { start: 0, end: 1 });
  await expect(read).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
