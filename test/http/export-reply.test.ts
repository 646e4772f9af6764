import { describe, expect, it } from "vitest";
import { acceptedExport, exportReply } from "../../lib/http/export-reply.ts";
import { NOW } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";

const BODY = { Format: "csv", Filter: {}, Rows: 0, Bytes: 0, RequestedAt: "2026-01-31T08:00:00.000Z" };
const read = ({ statusCode, headers, body }: ReturnType<typeof exportReply>) => ({
  statusCode,
  headers,
  body: JSON.parse(body ?? ""),
});

describe("an export", () => {
  it("that was asked for is accepted, and Location says where to look", () => {
    const request = { format: "ndjson", status: "failed", code: "A.b" } as const;
    expect(read(acceptedExport("job", anExport({ request })))).toEqual({
      statusCode: 202,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store", // a link is as good as a key for an hour
        location: "/v1/jobs/job/outcomes/export?Format=ndjson&Status=failed&Code=A.b",
      },
      body: { ...BODY, Status: "running", Format: "ndjson", Filter: { Status: "failed", Code: "A.b" } },
    });
  });

  it("that is written says how far it is, and when to ask again", () => {
    const { statusCode, headers, body } = read(exportReply({ found: anExport({ rows: 5, bytes: 70 }) }));
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ "retry-after": "2", "cache-control": "no-store" });
    expect(body).toEqual({ ...BODY, Status: "running", Rows: 5, Bytes: 70 });
  });

  it("that is done leads to its file", () => {
    const found = anExport({ state: "done", doneAtMs: NOW });
    const { statusCode, headers, body } = read(exportReply({ found, link: "https://bucket/x?y=z" }));
    expect(statusCode).toBe(303);
    expect(headers).toMatchObject({ location: "https://bucket/x?y=z", "cache-control": "no-store" });
    expect(body).toEqual({ ...BODY, Status: "done", DoneAt: BODY.RequestedAt });
  });

  it("that failed says why, and not to wait", () => {
    const found = anExport({ state: "failed", reason: "the job's receiver list is damaged" });
    const { statusCode, headers, body } = read(exportReply({ found }));
    expect(statusCode).toBe(200);
    expect(headers).not.toHaveProperty("retry-after");
    expect(body).toEqual({ ...BODY, Status: "failed", Reason: "the job's receiver list is damaged" });
  });
});
