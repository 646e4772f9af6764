import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../lib/domain/outcome.ts";
import { writeOutcomes } from "../../lib/http/outcome-formats.ts";
import { readOutcomeQuery } from "../../lib/http/query.ts";
import { writeCursor } from "../../lib/http/query-reader.ts";
import type { OutcomePage, Outcomes } from "../../lib/use-cases/list-outcomes.ts";
import { aRequest } from "./request.ts";

const PATH = "/v1/jobs/0123456789abcdefghijklmno/outcomes";
const outcomes: Outcome[] = [
  { userId: "1", status: "sent", messageId: "7368834896123456789", atMs: 0 },
  { userId: "9223372036854775807", status: "failed", code: "FailedReceiver", atMs: 0 },
];
const next = "9223372036854775807";

/** Ask for outcomes; the answer, and the page that was asked for. */
async function ask(headers: Record<string, string>, query: Record<string, string> = {}, page: Outcomes = { outcomes }) {
  const asked: OutcomePage[] = [];
  const request = aRequest({ path: PATH, query, headers });
  const reply = await writeOutcomes(request, readOutcomeQuery(request), async (wanted) => {
    asked.push(wanted);
    return page;
  });
  const { body = "", isBase64Encoded = false } = reply;
  return { ...reply, asked, body: isBase64Encoded ? gunzipSync(Buffer.from(body, "base64")).toString() : body };
}

const csv = { accept: "text/csv" };
const CSV =
  "UserId,Status,MessageId,Code,RequestId,MaybeTwice,At\r\n" +
  "1,sent,7368834896123456789,,,,1970-01-01T00:00:00.000Z\r\n" +
  "9223372036854775807,failed,,FailedReceiver,,,1970-01-01T00:00:00.000Z\r\n";

describe("writeOutcomes", () => {
  it.each([
    { accept: undefined, want: "application/json" },
    { accept: "*/*", want: "application/json" },
    { accept: "application/json", want: "application/json" },
    { accept: "application/json; charset=utf-8", want: "application/json" },
    { accept: "text/html, application/*;q=0.8", want: "application/json" },
    { accept: "text/csv", want: "text/csv; charset=utf-8" },
    { accept: "text/csv; charset=utf-8", want: "text/csv; charset=utf-8" },
    { accept: "Text/CSV; q=1.0, */*", want: "text/csv; charset=utf-8" },
    { accept: "text/*", want: "text/csv; charset=utf-8" },
    { accept: "application/json;q=0.5, text/csv", want: "text/csv; charset=utf-8" },
    { accept: "*/*, application/json;q=0", want: "text/csv; charset=utf-8" },
    { accept: "application/*, application/json;q=0", want: "application/x-ndjson" },
    { accept: "application/x-ndjson", want: "application/x-ndjson" },
    { accept: "application/x-ndjson, text/csv", want: "application/x-ndjson" },
    { accept: "text/csv;q=0.1, application/x-ndjson;q=0.2", want: "application/x-ndjson" },
  ])("answers Accept: $accept with $want", async ({ accept, want }) => {
    const { headers } = await ask({ ...(accept !== undefined && { accept }) });
    expect(headers).toMatchObject({ "content-type": want, vary: "accept, accept-encoding" });
  });

  it.each([
    { accept: "text/html" },
    { accept: "application/xml, image/*" },
    { accept: "application/json;q=0" },
    { accept: "*/*;q=0" },
    { accept: "" },
  ])("refuses Accept: $accept", async ({ accept }) => {
    await expect(ask({ accept })).rejects.toMatchObject({ status: 406 });
  });

  it.each([
    { accepts: "gzip, deflate", packed: true },
    { accepts: "*", packed: true },
    { accepts: "gzip;q=0", packed: false },
    { accepts: "gzip;q=0.5, identity", packed: false },
    { accepts: "identity", packed: false },
    { accepts: "br", packed: false },
    { accepts: "", packed: false },
  ])("packs for Accept-Encoding: $accepts: $packed", async ({ accepts, packed }) => {
    const { headers, body, asked } = await ask({ accept: "text/csv", "accept-encoding": accepts });
    expect(headers?.["content-encoding"]).toBe(packed ? "gzip" : undefined);
    expect(asked).toEqual([{ limit: packed ? 100_000 : 20_000 }]);
    expect(body).toBe(CSV);
  });

  it("gives a page as JSON, a hundred unless told otherwise, ids exact", async () => {
    const { asked, body } = await ask({}, {}, { outcomes, next });
    expect(asked).toEqual([{ limit: 100 }]);
    expect(JSON.parse(body)).toEqual({
      Outcomes: [
        { UserId: "1", Status: "sent", MessageId: "7368834896123456789", At: "1970-01-01T00:00:00.000Z" },
        { UserId: "9223372036854775807", Status: "failed", Code: "FailedReceiver", At: "1970-01-01T00:00:00.000Z" },
      ],
      Cursor: writeCursor("after", next),
    });
  });

  it("names no next page where there is none", async () => {
    expect(JSON.parse((await ask({})).body)).not.toHaveProperty("Cursor");
    expect((await ask(csv)).headers).not.toHaveProperty("link");
  });

  it("names the next page behind an empty one", async () => {
    const empty = { outcomes: [], next };
    expect(JSON.parse((await ask({}, {}, empty)).body)).toEqual({ Outcomes: [], Cursor: writeCursor("after", next) });
    const file = await ask(csv, { Cursor: writeCursor("after", "1") }, empty);
    expect(file.body).toBe("");
    expect(file.headers?.["link"]).toContain(writeCursor("after", next));
  });

  it("asks for what the query says", async () => {
    const query = { Status: "failed", Code: "FailedReceiver", Limit: "7", Cursor: writeCursor("after", next) };
    const { asked } = await ask({}, query);
    expect(asked).toEqual([{ limit: 7, status: "failed", code: "FailedReceiver", after: next }]);
  });

  it("gives NDJSON, one object to a line", async () => {
    const { body } = await ask({ accept: "application/x-ndjson" });
    expect(body.endsWith("\n")).toBe(true);
    const lines = body.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).UserId)).toEqual(["1", "9223372036854775807"]);
  });

  it("links the pages of a large file, which concatenated are one file", async () => {
    const first = await ask(csv, { Status: "sent", Limit: "2" }, { outcomes, next });
    const link = /^<(.*)>; rel="next"$/.exec(String(first.headers?.["link"]))?.[1] ?? "";
    const url = new URL(link, "https://api.example");
    expect(url.pathname).toBe(PATH);
    const query = Object.fromEntries(url.searchParams);
    expect(query).toEqual({ Status: "sent", Limit: "2", Cursor: writeCursor("after", next) });
    const second = await ask(csv, query);
    expect(second.asked).toEqual([{ limit: 2, status: "sent", after: next }]);
    expect(first.body + second.body).toBe(CSV + CSV.slice(CSV.indexOf("\r\n") + 2));
  });

  it("gives an empty file its header", async () => {
    expect((await ask(csv, {}, { outcomes: [] })).body).toBe(CSV.slice(0, CSV.indexOf("\r\n") + 2));
  });

  it("keeps a page of the longest outcomes below what a Lambda answers with", async () => {
    const longest: Outcome = {
      ...outcomes[1],
      status: "unknown",
      code: "c".repeat(40),
      requestId: "r".repeat(34),
      userId: "9".repeat(19),
      maybeTwice: true,
    };
    const many = { outcomes: Array<Outcome>(20_000).fill(longest) };
    const { body } = await ask({ accept: "application/x-ndjson" }, {}, many);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(6 * 1024 * 1024);
  });
});
