import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { waitForJob } from "./wait-for-job.ts";

// An object in the bucket, under jobs/<client id>/, becomes a job of that client. With `npm start` in another terminal,
// which prints the addresses and the key:
//   AWS_ENDPOINT_URL_S3=http://127.0.0.1:… VOLLEY_KEY=… npx node examples/send-object.ts
// On AWS without that address, with BUCKET, CLIENT_ID, VOLLEY_URL, and who you are there.

const { AWS_ENDPOINT_URL_S3: local, BUCKET = "volley-local-listsbucket", CLIENT_ID = "local" } = process.env;
const anybody = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const s3 = new S3Client(local ? { ...anybody, forcePathStyle: true } : {});

const content = JSON.stringify({ text: "The doors open at eight.", at: Date.now() });
const Receiver = Array.from({ length: 1_200 }, (_, i) => i + 1);
const request = { AppId: 666675, Sender: 10001, Receiver, MsgType: 10001, Content: content };

const Key = `jobs/${CLIENT_ID}/${Date.now()}.json.gz`;
await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: gzipSync(JSON.stringify(request)) }));

const { JobId, Status } = await waitForJob(content);
console.log(`object ${Key}: job ${JobId} ${Status}`);
