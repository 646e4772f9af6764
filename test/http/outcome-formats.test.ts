import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../lib/domain/outcome.ts";
import { writeOutcomes } from "../../lib/http/outcome-formats.ts";
import { readOutcomeQuery, writePosition } from "../../lib/http/query.ts";
import type { OutcomePosition } from "../../lib/use-cases/query-jobs.ts";
import { aRequest, refusalOf } from "./request.ts";

const PATH = "/v1/jobs/0123456789abcdefghijklmno/outcomes";
const outcomes: Outcome[] = [
  { userId: "1", status: "sent", messageId: "7368834896123456789", atMs: 0 },
  { userId: "9223372036854775807", status: "failed", code: "FailedReceiver", atMs: 0 },
];
const next = { from: "1", after: "9223372036854775807" };

/** Ask for outcomes; the answer, and the limits that were asked for. */
async function ask(accept: string | undefined, query: Record<string, string> = {}, more?: OutcomePosition) {
  const asked: unknown[] = [];
  const request = aRequest({ path: PATH, query, headers: { ...(accept !== undefined && { accept }) } });
  const reply = await writeOutcomes(request, "job", readOutcomeQuery(request), {
    outcomes: async (id, wanted) => {
      asked.push({ id, ...wanted });
      return { outcomes, ...(more && { next: more }) };
    },
  });
  return { ...reply, asked, body: reply.body ?? "" };
}

const CSV =
  "UserId,Status,MessageId,Code,RequestId,MaybeTwice,At\r\n" +
  "1,sent,7368834896123456789,,,,1970-01-01T00:00:00.000Z\r\n" +
  "9223372036854775807,failed,,FailedReceiver,,,1970-01-01T00:00:00.000Z\r\n";

describe("writeOutcomes", () => {
  it.each([
    { accept: undefined, want: "application/json" },
    { accept: "*/*", want: "application/json" },
    { accept: "application/json", want: "application/json" },
    { accept: "text/html, application/*;q=0.8", want: "application/json" },
    { accept: "text/csv", want: "text/csv; charset=utf-8" },
    { accept: "Text/CSV; q=1.0, */*", want: "text/csv; charset=utf-8" },
    { accept: "application/x-ndjson", want: "application/x-ndjson" },
    { accept: "application/x-ndjson, text/csv", want: "application/x-ndjson" },
  ])("answers Accept: $accept with $want", async ({ accept, want }) => {
    expect((await ask(accept)).headers?.["content-type"]).toBe(want);
  });

  it.each([{ accept: "text/html" }, { accept: "application/xml, image/*" }, { accept: "" }])(
    "refuses Accept: $accept",
    async ({ accept }) => {
      await expect(ask(accept)).rejects.toMatchObject({ status: 406 });
    },
  );

  it("gives a page as JSON, a hundred unless told otherwise, ids exact", async () => {
    const { asked, body } = await ask(undefined, {}, next);
    expect(asked).toEqual([{ id: "job", limit: 100 }]);
    expect(JSON.parse(body)).toEqual({
      Outcomes: [
        { UserId: "1", Status: "sent", MessageId: "7368834896123456789", At: "1970-01-01T00:00:00.000Z" },
        { UserId: "9223372036854775807", Status: "failed", Code: "FailedReceiver", At: "1970-01-01T00:00:00.000Z" },
      ],
      Cursor: writePosition(next),
    });
  });

  it.each([
    { accepts: "gzip, deflate", limit: 100_000 },
    { accepts: "identity", limit: 20_000 },
  ])("gives a client that takes $accepts up to $limit rows at once", async ({ accepts, limit }) => {
    const headers = { accept: "text/csv", "accept-encoding": accepts };
    const limits: number[] = [];
    const reply = await writeOutcomes(
      aRequest({ path: PATH, headers }),
      "job",
      {},
      {
        outcomes: async (_, wanted) => {
          limits.push(wanted.limit);
          return { outcomes };
        },
      },
    );
    const { body = "", isBase64Encoded = false } = reply;
    expect(isBase64Encoded ? gunzipSync(Buffer.from(body, "base64")).toString() : body).toBe(CSV);
    expect(reply.headers?.["content-encoding"]).toBe(isBase64Encoded ? "gzip" : undefined);
    expect(limits).toEqual([limit]);
  });

  it("names no next page where there is none", async () => {
    expect(JSON.parse((await ask(undefined)).body)).not.toHaveProperty("Cursor");
    expect((await ask("text/csv")).headers).not.toHaveProperty("link");
  });

  it("asks for what the query says", async () => {
    const { asked } = await ask(undefined, { Status: "failed", Limit: "7", Cursor: writePosition(next) });
    expect(asked).toEqual([{ id: "job", limit: 7, status: "failed", position: next }]);
  });

  it("gives everything as CSV", async () => {
    const { asked, body } = await ask("text/csv");
    expect(asked).toEqual([{ id: "job", limit: 20_000 }]);
    expect(body).toBe(CSV);
  });

  it("gives everything as NDJSON, one object to a line", async () => {
    const { body } = await ask("application/x-ndjson");
    expect(body.endsWith("\n")).toBe(true);
    expect(
      body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).UserId),
    ).toEqual(["1", "9223372036854775807"]);
  });

  it("links the pages of a large file, which joined are one file", async () => {
    const first = await ask("text/csv", { Status: "sent", Limit: "2" }, next);
    const link = /^<(.*)>; rel="next"$/.exec(String(first.headers?.["link"]))?.[1] ?? "";
    const url = new URL(link, "https://api.example");
    expect(url.pathname).toBe(PATH);
    const query = Object.fromEntries(url.searchParams);
    expect(query).toEqual({ Status: "sent", Limit: "2", Cursor: writePosition(next) });
    const second = await ask("text/csv", query);
    expect(second.asked).toEqual([{ id: "job", limit: 2, status: "sent", position: next }]);
    expect(first.body + second.body).toBe(CSV + CSV.slice(CSV.indexOf("\r\n") + 2));
  });

  it("gives an empty file its header", async () => {
    const request = aRequest({ path: PATH, headers: { accept: "text/csv" } });
    const { body } = await writeOutcomes(request, "job", {}, { outcomes: async () => ({ outcomes: [] }) });
    expect(body).toBe(CSV.slice(0, CSV.indexOf("\r\n") + 2));
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
    const request = aRequest({ path: PATH, headers: { accept: "application/x-ndjson" } });
    const { body = "" } = await writeOutcomes(request, "job", {}, { outcomes: async () => many });
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(6 * 1024 * 1024);
  });
});

it("a cursor of another route is refused", () => {
  expect(refusalOf(() => readOutcomeQuery(aRequest({ query: { Cursor: "e30" } }))).status).toBe(422);
});
