import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { readJobOrUpload } from "../../lib/api/upload-request.ts";
import { requestText } from "../../lib/domain/request-identity.ts";

const MESSAGE = { AppId: 7, Sender: "5", MsgType: 10001, Content: "hello" };
const body = (ReceiverUpload: unknown, more: object = {}) => JSON.stringify({ ...MESSAGE, ReceiverUpload, ...more });
const faultsOf = (text: string) => {
  try {
    return { read: readJobOrUpload(text) };
  } catch (error) {
    return (error as { faults?: unknown }).faults;
  }
};

describe("readJobOrUpload", () => {
  it.each([
    { upload: { Format: "csv" }, want: { format: "csv", gzip: false, maxBadLines: 0 } },
    {
      upload: { Format: "csv", Gzip: true, Column: 3 },
      want: { format: "csv", gzip: true, column: 3, maxBadLines: 0 },
    },
    {
      upload: { Format: "ndjson", Column: "id" },
      want: { format: "ndjson", gzip: false, column: "id", maxBadLines: 0 },
    },
    { upload: { Format: "txt", Gzip: null, Column: null }, want: { format: "txt", gzip: false, maxBadLines: 0 } },
  ])("reads $upload", ({ upload, want }) => {
    const read = readJobOrUpload(body(upload, { Receiver: null }));
    expect(read).toEqual({ message: MESSAGE, upload: want, options: { delivery: "at-most-once", dryRun: false } });
  });

  it("reads how many lines may be bad, and the other options", () => {
    const options = { MaxBadLines: 10, Lane: "bulk", Delivery: "at-least-once", NotBefore: "2026-01-31T08:00:00Z" };
    expect(readJobOrUpload(body({ Format: "csv" }, { Options: options }))).toMatchObject({
      upload: { maxBadLines: 10 },
      options: { lane: "bulk", delivery: "at-least-once", notBeforeMs: Date.parse("2026-01-31T08:00:00Z") },
    });
  });

  it("reads receivers as ever where there is no upload", () => {
    const text = JSON.stringify({ ...MESSAGE, Receiver: [2, 1] });
    expect(readJobOrUpload(text)).toEqual(readJobRequest(text));
    expect(readJobOrUpload(text.replace("{", '{"ReceiverUpload":null,'))).toEqual(readJobRequest(text));
  });

  const format = { pointer: "/ReceiverUpload/Format", detail: "must be csv, ndjson or txt" };
  const options = (more: object) => body({ Format: "csv" }, { Options: more });
  it.each([
    { when: "no list at all", text: JSON.stringify(MESSAGE), want: [{ pointer: "/Receiver", detail: "is missing" }] },
    {
      when: "both",
      text: body({ Format: "csv" }, { Receiver: [1] }),
      want: [{ pointer: "/Receiver", detail: "must not stand beside ReceiverUpload" }],
    },
    { when: "another format", text: body({ Format: "xlsx" }), want: [format] },
    {
      when: "something else than an object",
      text: body("csv"),
      want: [{ pointer: "/ReceiverUpload", detail: "must be an object" }],
    },
    {
      when: "a list",
      text: body(["csv"]),
      want: expect.arrayContaining([expect.objectContaining({ pointer: expect.stringContaining("/ReceiverUpload") })]),
    },
    {
      when: "a field that is none",
      text: body({ Format: "csv", Url: "x" }),
      want: [{ pointer: "/ReceiverUpload/Url", detail: "is not a field of this request" }],
    },
    {
      when: "a column of text",
      text: body({ Format: "txt", Column: "id" }),
      want: [{ pointer: "/ReceiverUpload/Column", detail: "must not be given: text has no columns" }],
    },
    {
      when: "a numbered column of NDJSON",
      text: body({ Format: "ndjson", Column: 1 }),
      want: [{ pointer: "/ReceiverUpload/Column", detail: expect.stringContaining("must be a name") }],
    },
    ...[0, 1.5, -1, 16_385, "", "x".repeat(201), true].map((Column) => ({
      when: `the column ${String(Column).slice(0, 5)}`,
      text: body({ Format: "csv", Column }),
      want: [{ pointer: "/ReceiverUpload/Column", detail: "must be a column's name or its number from 1 to 16384" }],
    })),
    {
      when: "the express lane",
      text: options({ Lane: "express" }),
      want: [{ pointer: "/Options/Lane", detail: expect.stringContaining("must be bulk") }],
    },
    {
      when: "a dry run",
      text: options({ DryRun: true }),
      want: [{ pointer: "/Options/DryRun", detail: expect.stringContaining("must be false") }],
    },
    ...[-1, 0.5, "3", 1e10].map((MaxBadLines) => ({
      when: `MaxBadLines ${MaxBadLines}`,
      text: options({ MaxBadLines }),
      want: [{ pointer: "/Options/MaxBadLines", detail: "must be a whole number from 0 to 1000000000" }],
    })),
    {
      when: "MaxBadLines without an upload",
      text: JSON.stringify({ ...MESSAGE, Receiver: [1], Options: { MaxBadLines: 1 } }),
      want: [{ pointer: "/Options/MaxBadLines", detail: "is not a field of this request" }],
    },
    {
      when: "several things",
      text: body({ Format: "xlsx" }, { AppId: "7", Receiver: ["x"], Options: { Lane: "fast" } }),
      want: expect.arrayContaining([
        { pointer: "/AppId", detail: "must be a whole number" },
        format,
        expect.objectContaining({ pointer: "/Receiver" }),
        expect.objectContaining({ pointer: "/Options/Lane" }),
      ]),
    },
    {
      when: "a long text",
      text: body({ Format: "csv" }, { Content: "x".repeat(65_537) }),
      want: [expect.objectContaining({ pointer: "/Content" })],
    },
  ])("refuses $when", ({ text, want }) => expect(faultsOf(text)).toEqual(want));

  it("an upload is refused where only receivers are taken", () => {
    expect(() => readJobRequest(body({ Format: "csv" }, { Receiver: [1] }))).toThrow("the request has faults");
  });

  it("the same request has the same identity, another upload has another", () => {
    const identity = (upload: object, more = {}) => requestText(readJobOrUpload(body(upload, more)));
    expect(identity({ Format: "csv" })).toBe(identity({ Gzip: false, Format: "csv" }, { Options: { MaxBadLines: 0 } }));
    expect(identity({ Format: "csv" })).not.toBe(identity({ Format: "csv" }, { Options: { MaxBadLines: 1 } }));
    expect(identity({ Format: "csv" })).not.toBe(identity({ Format: "csv", Column: 1 }));
  });
});
