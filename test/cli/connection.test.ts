import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { regionIn, signingFetch } from "../../clients/cli/src/connection/aws-fetch.ts";
import { findProfile } from "../../clients/cli/src/connection/find-profile.ts";
import { openMode, writeProfiles } from "../../clients/cli/src/connection/profiles.ts";
import { clockOffMs } from "../../clients/cli/src/doctor/clock.ts";
import { sayIn } from "../../clients/cli/src/texts/say.ts";
import { isSigned } from "../support/iam-authorizer.ts";
import { run } from "./terminal.ts";
import { problem, tinyApi } from "./tiny-api.ts";

const folder = mkdtempSync(join(tmpdir(), "logins-"));
afterAll(() => rmSync(folder, { recursive: true }));
const api = tinyApi();
const home = (name: string) => ({ HOME: folder, XDG_CONFIG_HOME: join(folder, name) });
const fileOf = (name: string): string => join(folder, name, "volley/profiles.json");
const NO_JOBS = { "GET /v1/jobs": [{ body: { Jobs: [] } }] };

describe("login", () => {
  it("keeps a key that works in a file that nobody else may read, and the next command uses it", async () => {
    const url = api.saying(NO_JOBS)["VOLLEY_URL"] ?? "";
    const login = await run(["login", "--url", url, "--key", "-"], { env: home("a"), stdin: "volley_abc\n" });
    expect(login).toMatchObject({ code: 0, stderr: "" });
    expect(login.stdout).not.toContain("volley_abc");
    expect(statSync(fileOf("a")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(fileOf("a"), "utf8"))).toEqual({
      profiles: { default: { url, key: "volley_abc" } },
    });
    await run(["jobs"], { env: home("a") });
    expect(api.got.at(-1)?.headers).toMatchObject({ authorization: "Bearer volley_abc", "accept-language": "en" });
    await run(["jobs", "--lang", "zh"], { env: home("a") });
    expect(api.got.at(-1)?.headers).toMatchObject({ "accept-language": "zh-CN, en;q=0.5" });
  });

  it("keeps nothing that does not work", async () => {
    const url = api.saying({ "GET /v1/jobs": [problem(401, "there is no such key")] })["VOLLEY_URL"] ?? "";
    const { code, stderr } = await run(["login", "--url", url, "--key", "wrong"], { env: home("b") });
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: `volley login: ${url} does not know this key: there is no such key; nothing was kept\n`,
    });
    expect(() => readFileSync(fileOf("b"))).toThrow("ENOENT");
  });

  it("a file that others may read is found", async () => {
    await writeProfiles(fileOf("c"), {});
    expect(await openMode(fileOf("c"))).toBeUndefined();
    chmodSync(fileOf("c"), 0o644);
    expect(await openMode(fileOf("c"))).toBe(0o644);
  });
});

describe("where Volley is", () => {
  const say = sayIn("en");
  const url = "https://a.example";
  const kept = { default: { url, key: "k" }, other: { url: "https://b.example", key: "b" } };
  it.each([
    { when: "kept", asked: {}, env: {}, want: { url, key: "k" } },
    { when: "named", asked: { profile: "other" }, env: {}, want: kept.other },
    { when: "named by a variable", asked: {}, env: { VOLLEY_PROFILE: "other" }, want: kept.other },
    {
      when: "all in variables",
      asked: {},
      env: { VOLLEY_URL: "https://c.example", VOLLEY_KEY: "e" },
      want: { url: "https://c.example", key: "e" },
    },
    {
      when: "elsewhere: the key of another place stays here",
      asked: { url: "https://evil.example" },
      env: {},
      want: { url: "https://evil.example" },
    },
  ])("$when", async ({ asked, env, want }) => {
    await writeProfiles(fileOf("d"), kept);
    expect(await findProfile(asked, { ...home("d"), ...env }, say)).toEqual(want);
  });
});

describe("with an AWS role", () => {
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example-secret", sessionToken: "example-token" };
  it("requests are signed as AWS's own library signs them", async () => {
    const env = api.saying({ "GET /v1/jobs": [{ body: {} }], "POST /v1/jobs": [{ body: {} }] });
    const url = env["VOLLEY_URL"] ?? "";
    const nowMs = Date.now();
    const send = signingFetch(
      { region: "ap-southeast-1" },
      async () => keys,
      () => nowMs,
    );
    await send(new Request(`${url}/v1/jobs?Tag=a%3Ab%20c&Limit=1`, { method: "GET" }));
    const init = { method: "POST", body: '{"AppId":7}', headers: { "content-type": "application/json" } };
    await send(new Request(`${url}/v1/jobs`, init));
    expect(api.got).toHaveLength(2);
    const issued = { keys, region: "ap-southeast-1", nowMs };
    for (const got of api.got) {
      expect(await isSigned(got, issued)).toBe(true);
      const others = [
        [got, { ...issued, region: "eu-west-1" }],
        [got, { ...issued, nowMs: nowMs + 6 * 60_000 }],
        [got, { ...issued, keys: { ...keys, secretAccessKey: "another" } }],
        [{ ...got, body: `${got.body} ` }, issued],
        [{ ...got, path: "/v1/quota" }, issued],
        [{ ...got, headers: { ...got.headers, "x-amz-security-token": "another" } }, issued],
      ] as const;
      for (const [other, by] of others) expect(await isSigned(other, by)).toBe(false);
    }
  });

  it("the region is the address's", () => {
    expect(regionIn("https://abc.execute-api.ap-southeast-1.amazonaws.com/x")).toBe("ap-southeast-1");
    expect(regionIn("https://volley.example")).toBeUndefined();
  });
});

describe("the quota", () => {
  const quota = {
    body: { Account: "a", Quota: 6_000, WindowSeconds: 60, Used: 60, ReservedAhead: 0, Capacity: 6_000 },
  };
  it.each([
    {
      args: ["set", "--messages", "6000", "--floor", "0"],
      asks: "PATCH /v1/quota",
      body: '{"Messages":6000,"Floor":0}',
    },
    { args: ["set", "--per-second", "50", "--app-id", "7"], asks: "PATCH /v1/quota?AppId=7", body: '{"PerSecond":50}' },
    { args: ["pause", "--account", "main"], asks: "POST /v1/quota/pause?Account=main", body: "" },
    { args: ["resume"], asks: "POST /v1/quota/resume", body: "" },
    { args: [], asks: "GET /v1/quota", body: "" },
    { args: ["--account", "main"], asks: "GET /v1/quota?Account=main", body: "" },
  ])("volley quota $args asks $asks", async ({ args, asks, body }) => {
    const all = { "GET /v1/quota": [quota], "PATCH /v1/quota": [quota] };
    const env = api.saying({ ...all, "POST /v1/quota/pause": [quota], "POST /v1/quota/resume": [quota] });
    const { code, stdout } = await run(["quota", ...args], { env });
    expect(code).toBe(0);
    expect(stdout).toContain("60 of 6,000 messages (1%)");
    expect(api.got.map(({ method, path }) => `${method} ${path}`)).toEqual([asks]);
    expect(api.got[0]?.body).toBe(body);
  });
});

describe("the clock", () => {
  const date = "Mon, 23 Nov 2026 22:25:00 GMT";
  const serverMs = Date.parse(date);
  it.each([
    { when: "within the second and the answer's time", from: serverMs + 500, to: serverMs + 900, want: 0 },
    { when: "ten minutes ahead", from: serverMs + 600_000, to: serverMs + 600_100, want: 599_000 },
    { when: "ten minutes behind", from: serverMs - 600_100, to: serverMs - 600_000, want: -600_000 },
  ])("$when", ({ from, to, want }) => expect(clockOffMs(date, from, to)).toBe(want));
  it("is not guessed at", () => expect(clockOffMs(null, 0, 1)).toBeUndefined());
});
