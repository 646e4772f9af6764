import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Answer, type Got, tinyApi } from "../cli/tiny-api.ts";
import { ACCEPTED, JOB_ID } from "../sdk/tiny-volley.ts";
import { isSigned } from "../support/iam-authorizer.ts";
import { runProcess } from "../support/run-process.ts";

// Commands that sign with AWS keys, in processes of their own, before something that verifies what they signed.

const folder = mkdtempSync(join(tmpdir(), "iam-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Invented. */
const keys = { accessKeyId: "AKIDINVENTED", secretAccessKey: "invented-secret", sessionToken: "invented-token" };
const REGION = "eu-west-1"; // not the one that a command takes where none is named
/** Nothing of this machine: no file of keys, no role. */
const NO_KEYS = { HOME: folder, AWS_EC2_METADATA_DISABLED: "true" };
const HAS_KEYS = {
  ...NO_KEYS,
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  AWS_SESSION_TOKEN: keys.sessionToken,
};
const OTHERS = { ...HAS_KEYS, AWS_SECRET_ACCESS_KEY: "another-secret" };

const api = tinyApi();
const FORBIDDEN: Answer = {
  status: 403,
  headers: { "content-type": "application/json" },
  body: { message: "Forbidden" }, // as API Gateway says it
};
const guarded = (answer: Answer) => async (got: Got) =>
  (await isSigned(got, { keys, region: REGION, nowMs: Date.now() })) ? answer : FORBIDDEN;

describe("npm run smoke on a stage with auth=iam", () => {
  const smoke = (env: Record<string, string>, url: string, ...args: string[]) =>
    runProcess("ops/smoke.ts", ["--json", "--url", url, "--app", "7", "--user", "9007199254740993", ...args], env);
  const sending = () =>
    api.saying({
      "POST /v1/jobs": guarded(ACCEPTED),
      [`GET /v1/jobs/${JOB_ID}`]: guarded({ body: { JobId: JOB_ID, Status: "done" } }),
      [`GET /v1/jobs/${JOB_ID}/outcomes/9007199254740993`]: guarded({
        body: { UserId: "9007199254740993", Status: "sent" },
      }),
    })["VOLLEY_URL"] ?? "";

  it("signs every request with the AWS keys that it finds, for the region that is named", async () => {
    const { code, out, err } = await smoke(HAS_KEYS, sending(), "--region", REGION);
    expect({ code, err, got: api.got.length }).toEqual({ code: 0, err: "", got: 3 });
    expect(JSON.parse(out)).toEqual({ JobId: JOB_ID, UserId: "9007199254740993", Status: "sent" });
  });

  it("ends with 5 where the keys are others", async () => {
    const { code, out } = await smoke(OTHERS, sending(), "--region", REGION);
    expect({ code, said: JSON.parse(out) }).toMatchObject({ code: 5, said: { HttpStatus: 403 } });
    expect(out).not.toMatch(/invented|another|AKID/);
  });

  it("ends with 2 and says in a line what is missing where there are no keys at all", async () => {
    const { code, out, err } = await smoke(NO_KEYS, sending(), "--region", REGION);
    expect({ code, out, got: api.got.length }).toEqual({ code: 2, out: "", got: 0 });
    const want = /^--key is missing, and VOLLEY_KEY is not set, and there are no AWS keys to sign with: [^\n]+\n$/;
    expect(err).toMatch(want);
  });
});

describe("volley login --aws", () => {
  const login = (env: Record<string, string>, home: string, url: string) =>
    runProcess("clients/cli/bin/volley.mjs", ["login", "--url", url, "--aws", "--region", REGION], {
      ...env,
      XDG_CONFIG_HOME: join(folder, home),
    });
  const listing = () => api.saying({ "GET /v1/jobs": guarded({ body: { Jobs: [] } }) })["VOLLEY_URL"] ?? "";
  const fileOf = (home: string) => join(folder, home, "volley/profiles.json");

  it("is kept once a signed request is let in, without the keys; the next command signs too", async () => {
    const url = listing();
    const { code, out, err } = await login(HAS_KEYS, "a", url);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const kept = readFileSync(fileOf("a"), "utf8");
    expect(JSON.parse(kept)).toEqual({ profiles: { default: { url, aws: { region: REGION } } } });
    expect(kept + out).not.toMatch(/invented|AKID/);
    const env = { ...HAS_KEYS, XDG_CONFIG_HOME: join(folder, "a") };
    const jobs = await runProcess("clients/cli/bin/volley.mjs", ["jobs", "--json"], env);
    expect({ code: jobs.code, err: jobs.err, got: api.got.length }).toEqual({ code: 0, err: "", got: 2 });
  });

  it("is not kept where the signature is not known, or there are no keys", async () => {
    const url = listing();
    const [others, none] = await Promise.all([login(OTHERS, "b", url), login(NO_KEYS, "c", url)]);
    expect(others.err).toMatch(/^volley login: [^\n]+\n$/);
    expect(none.err).toMatch(/^volley login: [^\n]+\n$/);
    expect([others.code, none.code]).toEqual([4, 4]);
    for (const home of ["b", "c"]) expect(() => readFileSync(fileOf(home))).toThrow("ENOENT");
  });
});
