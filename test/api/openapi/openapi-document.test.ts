import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";
import { OPERATIONS, openApiDocument } from "../../../lib/api/openapi/openapi-document.ts";
import { ROUTES } from "../../../lib/api/routes.ts";
import { answerChecker } from "../../support/check-answer.ts";

const root = join(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const document = JSON.parse(JSON.stringify(openApiDocument()));

it("docs/openapi.json is what the code describes; `npm run openapi && npm run sdk:types` renews it", () => {
  expect(JSON.parse(read("docs/openapi.json"))).toEqual(document);
});

it("describes every route, and no other", () => {
  const routes = Object.entries(ROUTES).flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));
  expect(Object.keys(OPERATIONS).sort()).toEqual(routes.sort());
});

describe("the linter", () => {
  const lint = async (source: string): Promise<string[]> => {
    const config = await createConfig(read("redocly.yaml"), { configPath: join(root, "redocly.yaml") });
    const problems = await lintFromString({ source, absoluteRef: join(root, "docs/openapi.json"), config });
    return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
  };

  it("has nothing to say", async () => expect(await lint(read("docs/openapi.json"))).toEqual([]));

  it("finds a reference to nothing, two operations of one name, an example of another form, a scheme nobody defined", async () => {
    const planted = read("docs/openapi.json")
      .replace("schemas/Quota", "schemas/Quote")
      .replace('"getJob"', '"listJobs"')
      .replace('"DryRun": true', '"DryRun": 1')
      .replace('"bearer": []', '"beaver": []');
    const rules = new Set((await lint(planted)).map((problem) => problem.split(":", 1)[0]));
    expect([...rules].sort()).toEqual([
      "no-invalid-media-type-examples",
      "no-unresolved-refs",
      "no-unused-components", // the one that nothing refers to any more
      "operation-operationId-unique",
      "security-defined",
    ]);
  });
});

describe("objects of answers have no fields but those described", () => {
  const answers = Object.keys(document.components.schemas).filter((name) => !/Request$|^OpenApi$/.test(name));
  it.each(answers)("%s", (name) => {
    const { type, additionalProperties = false } = document.components.schemas[name];
    expect({ type, additionalProperties }).toEqual({ type, additionalProperties: false });
  });
});

describe("an answer is found to be", () => {
  const check = answerChecker();
  const problem = { type: "about:blank", title: "x", status: 404, detail: "x" };
  const headers = { "content-type": "application/json" };
  const problemHeaders = { "content-language": "en", "content-type": "application/problem+json; charset=utf-8" };
  const health = { method: "GET", path: "/health", status: 200, headers, body: '{"Status":"ok"}' };
  const accepted = { JobId: "0".repeat(25), Status: "running", Receivers: 1, DuplicatesDropped: 0, Batches: 1 };
  const job = {
    ...{ method: "POST", path: "/v1/jobs", status: 202, body: JSON.stringify({ ...accepted, EstimatedSeconds: 1 }) },
    headers: { ...headers, location: `/v1/jobs/${accepted.JobId}` },
  };
  const outcomes = {
    ...{ method: "GET", path: "/v1/jobs/x/outcomes?Limit=1", status: 200, body: '{"UserId":"1","Status":"sent"}\n' },
    headers: { "content-type": "application/x-ndjson" },
  };

  it.each([
    health,
    job,
    outcomes,
    { ...outcomes, headers: { "content-type": "text/csv; charset=utf-8" }, body: "a,b\r\n" },
    {
      ...health,
      path: "/health/",
      status: 503,
      headers: problemHeaders,
      body: JSON.stringify({ ...problem, status: 503 }),
    },
    { ...health, path: "/nothing", status: 404, headers: problemHeaders, body: JSON.stringify(problem) },
    {
      ...health,
      method: "PUT",
      status: 405,
      headers: problemHeaders,
      body: JSON.stringify({ ...problem, status: 405 }),
    },
    { ...health, path: "/openapi.json", status: 304, headers: {}, body: "" },
  ])("as described: $method $path $status", (answer) => expect(check(answer)).toEqual([]));

  it.each([
    { when: "a status nobody described", answer: { ...health, status: 201 } },
    { when: "an answer to a path nobody described", answer: { ...health, path: "/nothing" } },
    { when: "another content type", answer: { ...health, headers: { "content-type": "text/html" } } },
    { when: "a body without its type", answer: { ...health, headers: {} } },
    { when: "a field nobody described", answer: { ...health, body: '{"Status":"ok","Host":"a"}' } },
    {
      when: "a field inside that nobody described",
      answer: { ...health, path: "/v1/jobs", body: '{"Jobs":[{"Secret":1}]}' },
    },
    { when: "an id as a number", answer: { ...outcomes, body: '{"UserId":1,"Status":"sent"}\n' } },
    { when: "a header that is missing", answer: { ...job, headers } },
    { when: "a header of another form", answer: { ...job, headers: { ...headers, location: "http://x/" } } },
    {
      when: "a problem of another form",
      answer: { ...health, status: 500, headers: problemHeaders, body: '{"message":"x"}' },
    },
  ])("otherwise: $when", ({ answer }) => expect(check(answer)).not.toEqual([]));
});
