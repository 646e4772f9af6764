import { describe, expect, it } from "vitest";
import { parseSmoke, runSmoke, type Smoke } from "../../ops/smoke-command.ts";
import { ACCEPTED, JOB_ID, tinyVolley } from "../sdk/tiny-volley.ts";

const LINE = [
  "--url",
  "http://127.0.0.1:3000",
  "--key",
  "volley_invented",
  "--app",
  "666675",
  "--user",
  "9007199254740993",
];

const WITHOUT_KEY = LINE.toSpliced(2, 2);

describe("what smoke is asked", () => {
  it.each([
    {
      when: "named",
      args: [...WITHOUT_KEY, "--region", "eu-west-1"],
      env: { AWS_REGION: "us-east-1" },
      want: "eu-west-1",
    },
    { when: "in a variable", args: WITHOUT_KEY, env: { AWS_DEFAULT_REGION: "us-east-1" }, want: "us-east-1" },
    {
      when: "the address's",
      args: WITHOUT_KEY.with(1, "https://abc.execute-api.ap-southeast-1.amazonaws.com"),
      env: { AWS_REGION: "us-east-1" },
      want: "ap-southeast-1",
    },
  ])("signs with AWS keys where it has no key, and the region is $when", ({ args, env, want }) => {
    expect(parseSmoke(args, env)).toMatchObject({ access: { kind: "aws", region: want } });
  });

  it("is read exactly", () => {
    expect(parseSmoke(LINE, {})).toMatchObject({
      access: { kind: "key", key: "volley_invented" },
      appId: 666_675,
      userId: 9_007_199_254_740_993n,
      sender: 10_001n,
      timeoutMs: 120_000,
    });
    expect(parseSmoke(["--url", "https://a.example", "--app", "1", "--user", "2"], { VOLLEY_KEY: "k" })).toMatchObject({
      access: { kind: "key", key: "k" },
    });
    expect(parseSmoke(["--help"], {})).toBe("help");
  });

  it.each([
    {
      when: "nothing",
      args: [],
      want: [
        "--url is missing",
        "--key is missing, and VOLLEY_KEY is not set; to sign with AWS keys instead, say --region",
        "--app is missing",
        "--user is missing",
      ],
    },
    {
      when: "everything wrong",
      args: [
        "--url",
        "host",
        "--key",
        "a b",
        "--app",
        "0",
        "--user",
        "9223372036854775808",
        "--sender",
        "x",
        "--timeout",
        "1h",
        "--content",
        "",
      ],
      want: [
        "--url must be the API's address alone",
        "--key holds blanks, or signs that no key has",
        "--app must be a whole number from 1 to 2147483647",
        "--user must be a whole number from 1 to 9223372036854775807",
        "--sender must be a whole number from 1 to 9223372036854775807",
        "--timeout must be a whole number from 1 to 3600",
        "--content is empty",
      ],
    },
    { when: "no option", args: [...LINE, "volley_invented"], want: ["there are no options but those of --help"] },
    {
      when: "no region",
      args: [...WITHOUT_KEY, "--region", "Singapore"],
      want: ["--region must be a region of AWS"],
    },
  ])("has every fault named, a line each: $when", ({ args, want }) => {
    expect(() => parseSmoke(args, {})).toThrow(expect.objectContaining({ name: "BadUse", message: want.join("\n") }));
  });
});

describe("what smoke says", () => {
  const { saying, got } = tinyVolley();
  const smoke = { ...(parseSmoke(LINE, {}) as Smoke), timeoutMs: 60_000 };
  const job = { body: { JobId: JOB_ID, Status: "done" } };
  const outcome = (Status: string) => ({ body: { UserId: "9007199254740993", Status } });

  it.each([
    { status: "sent", want: 0 },
    { status: "failed", want: 1 },
    { status: "canceled", want: 1 },
    { status: "unknown", want: 3 },
    { status: "pending", want: 4 },
  ])("$status ends with $want", async ({ status, want }) => {
    const { shown, exitCode } = await runSmoke(saying([ACCEPTED, job, outcome(status)]), smoke);
    expect({ exitCode, id: shown["JobId"], status: shown["Status"] }).toEqual({ exitCode: want, id: JOB_ID, status });
    expect(got[0]?.body).toContain('"Receiver":["9007199254740993"]');
  });

  it("a refused request ends with 5, with every fault", async () => {
    const errors = [{ pointer: "/AppId", detail: "belongs to no account" }];
    const refused = {
      status: 422,
      body: { title: "Unprocessable Content", status: 422, detail: "the request has faults", errors },
    };
    const { shown, exitCode } = await runSmoke(saying([refused]), smoke);
    expect({ shown, exitCode }).toMatchObject({
      exitCode: 5,
      shown: { HttpStatus: 422, Faults: ["/AppId belongs to no account"] },
    });
  });

  it("a stage that issues keys says so to whoever signs with AWS keys", async () => {
    const refused = { status: 401, body: { title: "Unauthorized", status: 401, detail: "there is no such key" } };
    const signing = { ...smoke, access: { kind: "aws" as const, region: "eu-west-1" } };
    const { shown, exitCode } = await runSmoke(saying([refused]), signing);
    expect(exitCode).toBe(5);
    expect(shown["Reason"]).toMatch(/there is no such key; this stage asks for a key: --key, or VOLLEY_KEY$/);
  });

  it("an API that is not reached ends with 5", async () => {
    const { exitCode, shown } = await runSmoke(saying(["breaks"], { tries: 1 }), smoke);
    expect({ exitCode, shown }).toEqual({
      exitCode: 5,
      shown: { Reason: expect.stringContaining("the API was not reached") },
    });
  });

  it("a job that does not end in time ends with 4, and is named", async () => {
    const running = { body: { JobId: JOB_ID, Status: "running" } };
    const { exitCode, shown } = await runSmoke(saying([ACCEPTED, running]), { ...smoke, timeoutMs: 300 });
    expect({ exitCode, id: shown["JobId"] }).toEqual({ exitCode: 4, id: JOB_ID });
  });
});
