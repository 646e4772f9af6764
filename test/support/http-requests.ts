import { gzipSync } from "node:zlib";
import type { aRequest } from "../http/request.ts";

export type SentRequest = Readonly<{
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}>;
/** What AWS hands over: to the function of which route, and where that differs from what was sent. */
export type HttpRequestRow = SentRequest &
  Readonly<{ when: string; route?: string; event?: Parameters<typeof aRequest>[0]; want: number }>;

const JSON_TYPE = { "content-type": "application/json" };
const DRY = JSON.stringify({
  ...{ AppId: 1, Sender: "5", MsgType: 10001, Content: "línea 漢字", Receiver: ["9007199254740993"] },
  Options: { DryRun: true },
});
const JOB = "0123456789abcdefghijklmno";
const PATH = `/v1/jobs/${JOB}`;
const base64 = (body: Buffer) => ({ body: body.toString("base64"), base64: true });

/** One table for both ways to answer. */
export const HTTP_REQUESTS: readonly HttpRequestRow[] = [
  { when: "health", path: "/health", want: 200 },
  { when: "HEAD", method: "HEAD", path: "/health", route: "$default", want: 405 },
  { when: "HEAD of a job", method: "HEAD", path: PATH, route: "$default", want: 405 },
  { when: "OPTIONS", method: "OPTIONS", path: "/v1/jobs", route: "$default", want: 405 },
  { when: "an unknown method", method: "PROPFIND", path: "/v1/jobs", route: "$default", want: 405 },
  { when: "a slash at the end", path: "/health/", route: "$default", want: 404 },
  {
    when: "a slash at the end of a POST",
    method: "POST",
    path: "/v1/jobs/",
    route: "$default",
    body: DRY,
    headers: JSON_TYPE,
    want: 404,
  },
  { when: "two slashes", path: "//health", route: "$default", want: 404 },
  { when: "another case", path: "/Health", route: "$default", want: 404 },
  {
    when: "what is no percent-encoding",
    path: "/v1/jobs/%zz",
    route: "GET /v1/jobs/{JobId}",
    event: { params: { JobId: "%zz" } },
    want: 404,
  },
  {
    when: "dots, encoded",
    path: "/v1/jobs/%2e%2e",
    route: "GET /v1/jobs/{JobId}",
    event: { path: "/v1/jobs/..", params: { JobId: ".." } },
    want: 404,
  },
  { when: "dots at the root", path: "/%2e%2e", route: "$default", event: { path: "/.." }, want: 404 },
  { when: "an encoded slash", path: "/v1/jobs%2Fx", route: "$default", event: { path: "/v1/jobs/x" }, want: 404 },
  { when: "a broken encoding nowhere", path: "/%zz", route: "$default", want: 404 },
  {
    when: "letters beyond ASCII",
    path: "/v1/jobs/%E6%BC%A2",
    route: "GET /v1/jobs/{JobId}",
    event: { path: "/v1/jobs/漢", params: { JobId: "漢" } },
    want: 404,
  },
  {
    when: "an id in the path",
    path: `${PATH}/outcomes/01`,
    route: "GET /v1/jobs/{JobId}/outcomes/{UserId}",
    event: { params: { JobId: JOB, UserId: "01" } },
    want: 422,
  },
  {
    when: "export is no user",
    path: `${PATH}/outcomes/export?Format=x`,
    route: "GET /v1/jobs/{JobId}/outcomes/export",
    event: { query: { Format: "x" }, params: { JobId: JOB } },
    want: 422,
  },
  {
    when: "a parameter twice",
    path: "/v1/jobs?Limit=1&Limit=2",
    event: { query: { Limit: "1,2" }, rawQuery: "Limit=1&Limit=2" },
    want: 422,
  },
  { when: "an empty parameter", path: "/v1/jobs?Limit=", event: { query: { Limit: "" } }, want: 422 },
  {
    when: "a parameter without a value, then with one",
    path: "/v1/jobs?Limit&Limit=3",
    event: { query: { Limit: ",3" }, rawQuery: "Limit&Limit=3" },
    want: 422,
  },
  {
    when: "an encoded query",
    path: "/v1/jobs?St%61tus=d%6Fne%20",
    event: { query: { Status: "done " }, rawQuery: "St%61tus=d%6Fne%20" },
    want: 422,
  },
  {
    when: "a plus in the query",
    path: "/v1/jobs?Label=+a",
    event: { query: { Label: " a" }, rawQuery: "Label=+a" },
    want: 422,
  },
  {
    when: "a broken query",
    path: "/v1/jobs?Label=%zz&Limit=x",
    event: { query: { Label: "%zz", Limit: "x" }, rawQuery: "Label=%zz&Limit=x" },
    want: 422,
  },
  {
    when: "a parameter called __proto__",
    path: "/v1/jobs?__proto__=1",
    event: { query: JSON.parse('{"__proto__":"1"}'), rawQuery: "__proto__=1" },
    want: 422,
  },
  { when: "no key", path: "/v1/jobs", headers: { authorization: "" }, want: 401 },
  { when: "JSON", method: "POST", path: "/v1/jobs", headers: JSON_TYPE, body: DRY, want: 200 },
  { when: "no Content-Type", method: "POST", path: "/v1/jobs", body: DRY, event: base64(Buffer.from(DRY)), want: 415 },
  {
    when: "a Content-Type that is none",
    method: "POST",
    path: "/v1/jobs",
    headers: { "content-type": "json" },
    body: DRY,
    event: base64(Buffer.from(DRY)),
    want: 415,
  },
  {
    when: "another Content-Type",
    method: "POST",
    path: "/v1/jobs",
    headers: { "content-type": "text/plain" },
    body: DRY,
    want: 415,
  },
  {
    when: "two Content-Types",
    method: "POST",
    path: "/v1/jobs",
    headers: { "content-type": ["application/json", "text/plain"] },
    event: { headers: { "content-type": "application/json,text/plain" }, ...base64(Buffer.from(DRY)) },
    body: DRY,
    want: 415,
  },
  { when: "no body", method: "POST", path: "/v1/jobs", headers: JSON_TYPE, want: 400 },
  { when: "half of JSON", method: "POST", path: "/v1/jobs", headers: JSON_TYPE, body: DRY.slice(0, -1), want: 400 },
  {
    when: "gzip",
    method: "POST",
    path: "/v1/jobs",
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    body: gzipSync(DRY),
    event: base64(gzipSync(DRY)),
    want: 200,
  },
  {
    when: "gzip with a byte order mark inside",
    method: "POST",
    path: "/v1/jobs",
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    body: gzipSync(`\uFEFF${DRY}`),
    event: base64(gzipSync(`\uFEFF${DRY}`)),
    want: 200,
  },
  { when: "a byte order mark", method: "POST", path: "/v1/jobs", headers: JSON_TYPE, body: `\uFEFF${DRY}`, want: 200 },
  { when: "cookies", path: "/health", headers: { cookie: "a=b; c=bad value,;=" }, event: { headers: {} }, want: 200 },
  {
    when: "a header twice",
    path: "/v1/jobs?Limit=0",
    headers: { "x-a": ["1", "2"] },
    event: { headers: { "x-a": "1,2" }, query: { Limit: "0" } },
    want: 422,
  },
  {
    when: "an empty Idempotency-Key",
    method: "POST",
    path: "/v1/jobs",
    headers: { ...JSON_TYPE, "idempotency-key": "" },
    body: DRY.replace("true", "false"),
    want: 400,
  },
  {
    when: "the vendor's call, another action",
    method: "POST",
    path: "/?Action=X&Version=1",
    headers: JSON_TYPE,
    body: DRY,
    event: { query: { Action: "X", Version: "1" } },
    want: 404,
  },
  { when: "the root", path: "/", route: "$default", want: 405 },
  {
    when: "a form nobody writes",
    path: `${PATH}/outcomes`,
    route: "GET /v1/jobs/{JobId}/outcomes",
    headers: { accept: "text/html" },
    event: { params: { JobId: JOB } },
    want: 406,
  },
];
