import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./terminal.ts";
import { problem, tinyApi } from "./tiny-api.ts";

const folder = mkdtempSync(join(tmpdir(), "doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));
const api = tinyApi();
const NO_JOBS = { "GET /v1/jobs": [{ body: { Jobs: [] } }] };

describe("doctor", () => {
  const health = { body: { Status: "ok" } };
  const quota = {
    body: { Account: "a", Quota: 6_000, WindowSeconds: 60, Used: 60, ReservedAhead: 0, Capacity: 6_000 },
  };
  const checks = async (env: Readonly<Record<string, string>>, nowMs = Date.now) => {
    const { code, stdout } = await run(["doctor", "--json"], { env: { HOME: folder, ...env }, nowMs });
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { code, bad: found.filter(({ Good }) => !Good).map(({ Check }) => Check), found };
  };

  it("finds nothing where all is well", async () => {
    const env = api.saying({ "GET /health": [health], ...NO_JOBS, "GET /v1/quota": [quota] });
    expect(await checks(env)).toMatchObject({ code: 0, bad: [] });
  });

  it.each([
    { what: "a key that is gone", said: { "GET /v1/jobs": [problem(401, "no such key")] }, bad: ["keys"] },
    { what: "a server that is not Volley", said: { "GET /health": [{ body: "<html>" }] }, bad: ["reach"] },
    {
      what: "an account on hold",
      said: { "GET /v1/quota": [{ body: { ...quota.body, HeldUntil: "2026-11-23T22:25:00Z" } }] },
      bad: ["quota"],
    },
  ])("finds $what, and says how to mend it", async ({ said, bad }) => {
    const env = api.saying({ "GET /health": [health], ...NO_JOBS, "GET /v1/quota": [quota], ...said });
    const { code, bad: found, found: all } = await checks(env);
    expect({ code, found }).toEqual({ code: 1, found: bad });
    expect(all.at(-1)?.Mend).toMatch(/\w/);
  });

  it("finds nothing wrong with several quotas", async () => {
    const env = api.saying({
      "GET /health": [health],
      ...NO_JOBS,
      "GET /v1/quota": [problem(422, "the query has faults")],
    });
    const { code, bad, found } = await checks(env);
    expect({ code, bad }).toEqual({ code: 0, bad: [] });
    expect(found.at(-1)).toMatchObject({ Check: "quota", Finding: expect.stringContaining("there are several") });
  });

  it("finds a clock that is off", async () => {
    const env = api.saying({ "GET /health": [health], ...NO_JOBS, "GET /v1/quota": [quota] });
    expect(await checks(env, () => Date.now() + 600_000)).toMatchObject({ code: 1, bad: ["clock"] });
  });

  it("finds nobody there", async () => {
    expect(await checks({ VOLLEY_URL: "http://127.0.0.1:1" })).toMatchObject({ code: 1, bad: ["reach"] });
  });
});
