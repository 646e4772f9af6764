import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readAction,
  readExportQuery,
  readJobFilter,
  readJobId,
  readOutcomeQuery,
  readQuotaAction,
  readUserId,
} from "../../lib/http/query.ts";
import { writeCursor } from "../../lib/http/query-reader.ts";
import { aRequest, refusalOf } from "./request.ts";

const JOB = "0123456789abcdefghijklmno";
const PLACE = `2026-01-31T08:00:00.000Z#${JOB}`;

describe("readJobFilter", () => {
  it.each<{ query?: Record<string, string>; want: object }>([
    { want: { limit: 20 } },
    {
      query: { AppId: "2147483647", Status: "running", Limit: "100" },
      want: { appId: 2147483647, state: "running", limit: 100 },
    },
    { query: { Cursor: writeCursor("jobs", PLACE), Limit: "1" }, want: { limit: 1, after: PLACE } },
  ])("reads $query", ({ query, want }) => {
    expect(readJobFilter(aRequest({ ...(query && { query }) }))).toEqual(want);
  });

  it.each([
    { AppId: "0" },
    { AppId: "2147483648" },
    { AppId: "1e3" },
    { AppId: "" },
    { AppId: "99999999999" },
    { Status: "sent" },
    { Status: "" },
    { Limit: "0" },
    { Limit: "101" },
    { Limit: "-1" },
    { Limit: "1.5" },
    { Cursor: "" },
    { Cursor: "not a cursor" },
    { Cursor: writeCursor("jobs", "2026-01-31T08:00:00.000Z#../x") },
    { Cursor: writeCursor("jobs", `${PLACE}#1`) },
    { Cursor: writeCursor("jobs", JOB) },
    { Cursor: writeCursor("after", PLACE) },
    { Cursor: writeCursor("after", "1") },
    { appid: "1" },
    { UserId: "1" },
  ])("refuses %o, naming it", (query) => {
    const [name] = Object.keys(query);
    const { status, faults } = refusalOf(() => readJobFilter(aRequest({ query: query as Record<string, string> })));
    expect({ status, faults }).toMatchObject({ status: 422, faults: [{ pointer: `?${name}` }] });
  });

  it.each([
    { rawQuery: "Label=Spring%202026", want: { limit: 20, label: "Spring 2026" } },
    { rawQuery: "Tag=campaign:spring", want: { limit: 20, tags: ["campaign:spring"] } },
    { rawQuery: "Tag=a:1%2C2&Tag=b:", want: { limit: 20, tags: ["a:1,2", "b:"] } },
  ])("reads $rawQuery, of which the HTTP API joins what is given twice", ({ rawQuery, want }) => {
    const query: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(rawQuery)) {
      query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
    }
    expect(readJobFilter(aRequest({ rawQuery, query }))).toEqual(want);
  });

  it.each([
    { what: "no tag", query: { Tag: "spring" } },
    { what: "a key that no tag has", query: { Tag: "ä:b" } },
    { what: "one that reads in too many ways", query: { Tag: ":a".repeat(30).slice(1) } },
    { what: "nothing", query: { Tag: "" } },
    { what: "a label that no job has", query: { Label: " a" } },
    { what: "a label with a line end", query: { Label: "a\r\nb" } },
  ])("refuses $what", ({ query }) => {
    const { faults } = refusalOf(() => readJobFilter(aRequest({ query: query as Record<string, string> })));
    expect(faults).toMatchObject([{ pointer: `?${Object.keys(query)[0]}` }]);
  });

  it("refuses more tags than a job has", () => {
    const rawQuery = Array.from({ length: 11 }, (_, i) => `Tag=a:${i}`).join("&");
    expect(refusalOf(() => readJobFilter(aRequest({ rawQuery, query: { Tag: "a:0" } }))).status).toBe(422);
  });

  it("names all faults at once", () => {
    const { faults } = refusalOf(() =>
      readJobFilter(aRequest({ query: { Status: "x", Limit: "x", Cursor: "x", Else: "x" } })),
    );
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual(["?Cursor", "?Else", "?Limit", "?Status"]);
  });
});

describe("readOutcomeQuery", () => {
  it("reads nothing as everything", () => {
    expect(readOutcomeQuery(aRequest({}))).toEqual({});
  });

  it.each([
    { query: { Status: "pending" }, want: { status: "pending" } },
    { query: { Status: "failed", Code: "FailedReceiver" }, want: { status: "failed", code: "FailedReceiver" } },
    { query: { Code: "a.B-9_" }, want: { code: "a.B-9_" } },
    { query: { Code: "x".repeat(64), Limit: "1000" }, want: { code: "x".repeat(64), limit: 1_000 } },
  ])("reads $query", ({ query, want }) => {
    expect(readOutcomeQuery(aRequest({ query: query as Record<string, string> }))).toEqual(want);
  });

  it.each([
    { Status: "running" },
    { Limit: "1001" },
    { Code: "" },
    { Code: "x".repeat(65) },
    { Code: "a b" },
    { Code: "a#b" },
    { Cursor: writeCursor("jobs", PLACE) },
    { Cursor: writeCursor("jobs", "1") },
    { Cursor: writeCursor("after", "01") },
    { Cursor: writeCursor("after", "") },
    { Cursor: Buffer.from("1").toString("base64url") },
    { Cursor: Buffer.from("later:1").toString("base64url") },
    { Cursor: "e30" },
    { AppId: "1" },
  ])("refuses %o, naming it", (query) => {
    const [name] = Object.keys(query);
    const { status, faults } = refusalOf(() => readOutcomeQuery(aRequest({ query: query as Record<string, string> })));
    expect({ status, faults }).toMatchObject({ status: 422, faults: [{ pointer: `?${name}` }] });
  });

  it("reads every cursor it ever wrote, and its look gives nothing away", () => {
    const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
    fc.assert(
      fc.property(id, (after) => {
        const Cursor = writeCursor("after", after);
        expect(Cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(Buffer.from(Cursor, "base64url").toString()).toBe(`after:${after}`);
        expect(readOutcomeQuery(aRequest({ query: { Cursor } }))).toEqual({ after });
      }),
    );
  });
});

it("an unknown parameter is told which there are", () => {
  const { faults } = refusalOf(() => readExportQuery(aRequest({ query: { format: "csv" } })));
  const detail = "is not a parameter of this route; allowed: Format, Status, Code";
  expect(faults).toEqual([{ pointer: "?format", detail }]);
});

describe("an export", () => {
  it.each([
    { query: {}, want: { format: "csv" } },
    {
      query: { Format: "ndjson", Status: "sent", Code: "a.B" },
      want: { format: "ndjson", status: "sent", code: "a.B" },
    },
  ])("is named by $query", ({ query, want }) => {
    expect(readExportQuery(aRequest({ query: query as Record<string, string> }))).toEqual(want);
  });

  it("is not named by anything else, and every fault is told", () => {
    const query = { Format: "xml", Status: "x", Code: "a#b", Limit: "1" };
    const { status, faults } = refusalOf(() => readExportQuery(aRequest({ query })));
    expect({ status, pointers: faults.map(({ pointer }) => pointer).sort() }).toEqual({
      status: 422,
      pointers: ["?Code", "?Format", "?Limit", "?Status"],
    });
  });
});

describe("the path", () => {
  it.each([
    { id: JOB, want: JOB },
    { id: "0".repeat(20), want: "0".repeat(20) },
  ])("job $id", ({ id, want }) => {
    expect(readJobId(aRequest({ params: { JobId: id } }))).toBe(want);
  });

  it.each([
    { id: "short" },
    { id: "UPPERCASE0123456789abcde" },
    { id: `${JOB}/..` },
    { id: "x".repeat(41) },
    { id: "" },
  ])("job $id was never given out: 404", ({ id }) => {
    expect(refusalOf(() => readJobId(aRequest({ params: { JobId: id } }))).status).toBe(404);
    expect(refusalOf(() => readJobId(aRequest({}))).status).toBe(404);
  });

  it("user ids are read as everywhere", () => {
    expect(readUserId(aRequest({ params: { UserId: "9223372036854775807" } }))).toBe("9223372036854775807");
  });

  it.each([{ id: "9223372036854775808" }, { id: "0" }, { id: "007" }, { id: "1e3" }, { id: "me" }, { id: "" }])(
    "user $id is none: 422",
    ({ id }) => {
      expect(refusalOf(() => readUserId(aRequest({ params: { UserId: id } }))).status).toBe(422);
    },
  );

  it.each(["pause", "resume", "cancel"] as const)("names the action: %s", (action) => {
    expect(readAction(aRequest({ path: `/v1/jobs/${JOB}/${action}` }))).toBe(action);
  });

  it("names no action that there is not", () => {
    expect(refusalOf(() => readAction(aRequest({ path: `/v1/jobs/${JOB}/stop` }))).status).toBe(404);
  });
});

describe("readQuotaAction", () => {
  it.each([
    { method: "PATCH", path: "/v1/quota", want: "limits" },
    { method: "POST", path: "/v1/quota/pause", want: "pause" },
    { method: "POST", path: "/v1/quota/resume", want: "resume" },
  ])("$method $path: $want", ({ method, path, want }) => {
    expect(readQuotaAction(aRequest({ method, path }))).toBe(want);
  });

  it("any other is none", () => {
    expect(refusalOf(() => readQuotaAction(aRequest({ method: "POST", path: "/v1/quota/stop" }))).status).toBe(404);
  });
});
