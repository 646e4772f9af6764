import { describe, expect, it } from "vitest";
import { readImport } from "../../lib/api/read-import.ts";

const JOB = "0123456789abcdefghijklmno";
const RUN = "run0123456789abc";

const notification = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((key) => ({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "ap-southeast-1",
      eventName: "ObjectCreated:Post",
      s3: { bucket: { name: "lists" }, object: { key, size: 7, eTag: "d41d8cd9", sequencer: "0055AED6DCD90281E5" } },
    })),
  });

describe("readImport", () => {
  it.each([
    { what: "a job's id", body: `{"v":1,"job":"${JOB}"}`, want: [{ job: JOB }] },
    { what: "an uploaded file", body: notification(`uploads/${JOB}/${RUN}`), want: [{ job: JOB, run: RUN }] },
    {
      what: "a key that is URL-encoded",
      body: notification(`uploads%2F${JOB}%2F${RUN}`),
      want: [{ job: JOB, run: RUN }],
    },
    {
      what: "several files",
      body: notification(`uploads/${JOB}/${RUN}`, `uploads/${JOB}/other678`),
      want: [
        { job: JOB, run: RUN },
        { job: JOB, run: "other678" },
      ],
    },
    { what: "S3's test", body: '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"lists"}', want: [] },
    { what: "another object", body: notification(`lists/${RUN}`), want: [] },
    { what: "a key with a space", body: notification(`uploads/${JOB}/a+b`), want: [] },
    { what: "a deeper key", body: notification(`uploads/${JOB}/${RUN}/x`), want: [] },
    { what: "a key out of the folder", body: notification(`uploads/..%2F${JOB}/${RUN}`), want: [] },
    { what: "a key that is broken", body: notification("uploads/%zz"), want: [] },
  ])("reads $what", ({ body, want }) => expect(readImport(body)).toEqual(want));

  it.each([
    { when: "no JSON", body: "" },
    { when: "nothing", body: "null" },
    { when: "another version", body: `{"v":0,"job":"${JOB}"}` },
    { when: "something else than an id", body: '{"v":1,"job":"x"}' },
    { when: "a wish for a dispatch run", body: '{"v":1,"account":"a","atMs":5}' },
    { when: "a notification of another service", body: notification("uploads/x").replace("aws:s3", "aws:sns") },
    {
      when: "a notification that something was removed",
      body: notification("uploads/x").replace("Created:Post", "Removed:Delete"),
    },
    {
      when: "a notification without a key",
      body: '{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]}',
    },
  ])("refuses $when", ({ body }) => expect(() => readImport(body)).toThrow());
});
