import { createHash, createHmac } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3ReportFiles } from "../../lib/adapters/s3-report-files.ts";
import { s3ReportLinks } from "../../lib/adapters/s3-report-links.ts";
import { type Emulator, startFauxqs } from "../../local/emulators.ts";
import { reportFilesContract } from "../contracts/report-files.ts";
import { drawId } from "../support/a-job.ts";
import { endAll, listenHttp } from "./loopback.ts";

const BUCKET = "volley-test-reports";
const SECRET = "local"; // invented: fauxqs takes any

let fauxqs: Emulator;
let client: S3Client;

function clientOf(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "local", secretAccessKey: SECRET, sessionToken: "session" },
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 300, requestTimeout: 3_000, throwOnRequestTimeout: true },
    forcePathStyle: true,
  });
}

beforeAll(async () => {
  fauxqs = await startFauxqs({ dataDir: undefined });
  client = clientOf(fauxqs.url);
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(async () => {
  client.destroy();
  await fauxqs.stop();
});

reportFilesContract("S3 (fauxqs)", () => ({
  files: s3ReportFiles({ client, bucket: BUCKET }),
  async read(Key) {
    const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key })).catch(() => undefined);
    return got?.Body?.transformToByteArray();
  },
}));

describe("a bucket that is away", () => {
  const file = { key: "reports/away/outcomes.csv", contentType: "text/csv" };
  const bytes = Buffer.from("a");

  it.each([
    { when: "answers 500", status: 500, code: "InternalError" },
    { when: "slows us down", status: 503, code: "SlowDown" },
    { when: "lets nobody in", status: 403, code: "AccessDenied" },
    { when: "does not exist", status: 404, code: "NoSuchBucket" },
  ])("is Unavailable when it $when", async ({ status, code }) => {
    const url = await listenHttp((_, response) =>
      response.writeHead(status, { "content-type": "application/xml" }).end(`<Error><Code>${code}</Code></Error>`),
    );
    const away = clientOf(url);
    const files = s3ReportFiles({ client: away, bucket: BUCKET });
    const calls = {
      put: () => files.put(file, bytes),
      begin: () => files.begin(file),
      part: () => files.part(file, "upload", 1, bytes),
      complete: () => files.complete(file, "upload", ["sum tag"]),
      abort: () => files.abort(file, "upload"),
    };
    for (const [name, call] of Object.entries(calls)) {
      const failure = await call().then(
        () => "none",
        (error: { code: string }) => error.code,
      );
      expect({ name, failure }).toEqual({ name, failure: "UNAVAILABLE" });
    }
    away.destroy();
    await endAll();
  });
});

describe("a link", () => {
  const key = `reports/${drawId()}/outcomes-x.csv`;

  it("leads to the file, for an hour, under the name it is to be saved as", async () => {
    await s3ReportFiles({ client, bucket: BUCKET }).put(
      { key, contentType: "text/csv; charset=utf-8" },
      Buffer.from("a,b"),
    );
    const link = new URL(await s3ReportLinks({ client, bucket: BUCKET }).to(key, 'outcomes "1".csv'));
    expect(link.href.startsWith(`${fauxqs.url}/${BUCKET}/${key}?`)).toBe(true);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      "X-Amz-Expires": "3600",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Security-Token": "session",
      "response-content-disposition": 'attachment; filename="outcomes__1_.csv"',
    });
    const got = await fetch(link);
    expect({ status: got.status, type: got.headers.get("content-type"), text: await got.text() }).toEqual({
      status: 200,
      type: "text/csv; charset=utf-8",
      text: "a,b",
    });
  });

  it("is signed as AWS describes it", async () => {
    const link = new URL(await s3ReportLinks({ client, bucket: BUCKET }).to(key, "o.csv"));
    expect(link.searchParams.get("X-Amz-Signature")).toBe(signatureOf(link));
  });
});

/**
 * The signature of a presigned GET, made by hand.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function signatureOf({ pathname, host, searchParams }: URL): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const canonical = ["GET", pathname, query, `host:${host}\n`, "host", "UNSIGNED-PAYLOAD"].join("\n");
  const [, day = "", region = "", service = "", end = ""] = (searchParams.get("X-Amz-Credential") ?? "").split("/");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", searchParams.get("X-Amz-Date"), [day, region, service, end].join("/"), hash].join(
    "\n",
  );
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const signing = [day, region, service, end].reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return hmac(signing, text).toString("hex");
}
