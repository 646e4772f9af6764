import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROUTES } from "../lib/api/routes.ts";
import { ENV, readConfig } from "../lib/config.ts";
import { upstreamKeys } from "../local/functions-env.ts";
import { anAccount } from "./support/accounts.ts";
import { environmentOf, readTemplate, readText } from "./support/read-template.ts";
import { REQUIRED_SETTINGS as REQUIRED } from "./support/required-settings.ts";

const root = join(import.meta.dirname, "..");

const template = readTemplate();

/** Read by Node, and by the packages that write our logs and metrics; not by us. */
const NOT_OURS = ["NODE_OPTIONS", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"];
const LOCAL = [
  ...Object.keys(upstreamKeys({ VOLC_ACCESSKEY: "a", VOLC_SECRETKEY: "b", VOLC_SESSION_TOKEN: "c" })),
  "LOCAL_CLIENTS",
  "LOCAL_SECRETS",
];

describe("the environment", () => {
  it("sets exactly the names that are read: serverless.yml on AWS, the local stack for its keys", () => {
    const set = Object.keys(environmentOf(template)).filter((name) => !NOT_OURS.includes(name));
    expect([...set, ...LOCAL].sort()).toEqual([...ENV].sort());
  });

  it("is told from a name that is spelled otherwise", () => {
    const misspelled = readTemplate((file) => readText(file).replace("RESULTS_TABLE:", "RESULT_TABLE:"));
    expect(environmentOf(misspelled)).not.toHaveProperty("RESULTS_TABLE");
    expect(environmentOf(misspelled)).toHaveProperty("RESULT_TABLE");
  });
});

describe("readConfig", () => {
  it("needs no more than where things are; everything else has a default", () => {
    expect(readConfig(REQUIRED)).toEqual({
      resultsTable: "results",
      quotaTable: "quota",
      listsBucket: "lists",
      queueUrls: {
        express: "https://sqs.example/express",
        bulk: "https://sqs.example/bulk",
        dispatch: "https://sqs.example/dispatch",
        imports: "https://sqs.example/imports",
        requests: "https://sqs.example/requests",
        events: "https://sqs.example/events",
        exports: "https://sqs.example/exports",
      },
      eventBus: "volley-prod",
      importsDeadLettersUrl: "https://sqs.example/imports-dead-letters",
      requestsDeadLettersUrl: "https://sqs.example/requests-dead-letters",
      requestsClient: undefined,
      resultsTtlDays: 30,
      ttlMs: 2_592_000_000,
      shareAgeMs: 300_000,
      credentials: { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined },
      secretsFile: undefined,
      rtc: { endpoint: "https://rtc.volcengineapi.com", region: "cn-north-1", callTimeoutMs: 10_000 },
      quota: { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 },
      accounts: expect.objectContaining({ scope: "account", all: [{ ...anAccount("account"), secretId: undefined }] }),
      door: { auth: "keys", clientsSecretId: "clients", clientsFile: undefined },
    });
  });

  it("reads what is set", () => {
    const env = {
      ...REQUIRED,
      RESULTS_TTL_DAYS: "7",
      SHARE_AGE_SECONDS: "2",
      REQUESTS_CLIENT: "cron",
      VOLC_SECRET_ID: "volley/prod/volcengine",
      RTC_ENDPOINT: "http://127.0.0.1:3100",
      RTC_REGION: "ap-southeast-1",
      CALL_TIMEOUT_MS: "900",
      QUOTA_MESSAGES: "400",
      QUOTA_WINDOW_MS: "3000",
      QUOTA_MARGIN_MS: "0",
      QUOTA_FLOOR: "0",
      QUOTA_MIN_GAP_MS: "1",
      QUOTA_SCOPE: "app",
      SOMETHING_ELSE: "not ours",
    };
    expect(readConfig(env)).toMatchObject({
      resultsTtlDays: 7,
      ttlMs: 604_800_000,
      shareAgeMs: 2_000,
      requestsClient: "cron",
      rtc: { endpoint: "http://127.0.0.1:3100", region: "ap-southeast-1", callTimeoutMs: 900 },
      quota: { messages: 400, windowMs: 3_000, marginMs: 0, floor: 0, minGapMs: 1, callTimeoutMs: 900 },
      accounts: { scope: "app", all: [{ secretId: "volley/prod/volcengine" }] },
    });
  });

  it("takes an empty value for none", () => {
    const empty = Object.fromEntries(ENV.map((name) => [name, ""]));
    expect(readConfig({ ...empty, ...REQUIRED })).toEqual(readConfig(REQUIRED));
  });

  const refusal = (env: Record<string, string>) => {
    try {
      readConfig(env);
    } catch (error) {
      return error as Error & { code: string };
    }
    throw new Error("it was taken");
  };

  it("names every missing setting at once", () => {
    const { code, message } = refusal({});
    expect(code).toBe("BAD_CONFIG");
    expect(message.split("; ")).toEqual(Object.keys(REQUIRED).map((name) => `${name} is not set`));
  });

  it("names every bad setting at once", () => {
    const { message } = refusal({
      RESULTS_TABLE: "results",
      RTC_ENDPOINT: "rtc.volcengineapi.com",
      QUOTA_MESSAGES: "many",
      QUOTA_WINDOW_MS: "60e3",
      RESULTS_TTL_DAYS: "0",
      QUOTA_SCOPE: "user",
    });
    for (const name of ["QUOTA_TABLE", "LISTS_BUCKET", "DISPATCH_QUEUE_URL", "RTC_ENDPOINT", "QUOTA_MESSAGES"]) {
      expect(message).toContain(name);
    }
    for (const name of ["QUOTA_WINDOW_MS", "RESULTS_TTL_DAYS", "QUOTA_SCOPE"]) expect(message).toContain(name);
    expect(message).not.toContain("RESULTS_TABLE");
  });

  it.each(["http://127.0.0.1:9", "https://host/", "HTTP://host", "http://[::1]:9", "https://host.example."])(
    "takes an upstream at %s",
    (endpoint) => {
      expect(readConfig({ ...REQUIRED, RTC_ENDPOINT: endpoint }).rtc.endpoint).toBe(endpoint);
    },
  );

  it.each([
    { name: "QUOTA_MESSAGES", value: "0" },
    { name: "QUOTA_MESSAGES", value: "-1" },
    { name: "QUOTA_MESSAGES", value: "1.5" },
    { name: "QUOTA_MESSAGES", value: " 12000" },
    { name: "QUOTA_WINDOW_MS", value: "99" },
    { name: "QUOTA_MARGIN_MS", value: "60001" },
    { name: "QUOTA_FLOOR", value: "12000" }, // nothing would be left for bulk
    { name: "CALL_TIMEOUT_MS", value: "20001" }, // a worker of the express lane has no time for it
    { name: "CALL_TIMEOUT_MS", value: "0" },
    { name: "QUOTA_MIN_GAP_MS", value: "50" }, // 1,800 slots in each write
    { name: "SHARE_AGE_SECONDS", value: "0" },
    { name: "SHARE_AGE_SECONDS", value: "3601" },
    ...[
      ...[
        "localhost",
        "localhost:9",
        "mailto:a@example.com",
        "ftp://host",
        "//host",
        "http:/host",
        "http://",
        "http://host:99999",
      ],
      ...["http://host/path", "http://host/?a=b", "http://host?", "http://host#a", "http://host/#", "http://user@host"],
      ...["http://user:secret@host", " http://host", "http://ho st", "http:\\\\host", "http://[::1", "unix:/socket"],
    ].map((value) => ({ name: "RTC_ENDPOINT", value })),
    { name: "RTC_REGION", value: "cn north" },
    { name: "RTC_REGION", value: "cn/rtc" },
    { name: "QUOTA_SCOPE", value: "Account" },
    { name: "REQUESTS_CLIENT", value: "two words" },
  ])("refuses $name=$value, and says which it is", ({ name, value }) => {
    const { code, message } = refusal({ ...REQUIRED, [name]: value });
    expect({ code, message }).toEqual({ code: "BAD_CONFIG", message: expect.stringContaining(name) });
  });

  it("names a quota that could not be kept beside what is wrong elsewhere", () => {
    const { message } = refusal({ ...REQUIRED, QUOTA_FLOOR: "12000", SHARE_AGE_SECONDS: "0", RTC_REGION: "cn north" });
    for (const name of ["QUOTA_FLOOR", "SHARE_AGE_SECONDS", "RTC_REGION"]) expect(message).toContain(name);
  });
});

describe("a call's timeout", () => {
  const withTimes = (window: string, timeout: string) =>
    readConfig({
      ...REQUIRED,
      QUOTA_MESSAGES: "50",
      QUOTA_FLOOR: "5",
      QUOTA_WINDOW_MS: window,
      CALL_TIMEOUT_MS: timeout,
    });

  it.each([
    { window: "1000", want: 416 },
    { window: "5000", want: 2_083 },
    { window: "60000", want: 10_000 },
  ])("follows the window of $window ms where it is not set: $want ms", ({ window, want }) => {
    expect(withTimes(window, "")).toMatchObject({ rtc: { callTimeoutMs: want }, quota: { callTimeoutMs: want } });
  });

  it.each([
    { window: "1000", timeout: "417", most: 416 },
    { window: "1000", timeout: "10000", most: 416 },
    { window: "20000", timeout: "10000", most: 8_333 },
    { window: "40000", timeout: "17000", most: 16_666 },
  ])("of $timeout ms is refused for a window of $window ms, with the reason", ({ window, timeout, most }) => {
    const want = `CALL_TIMEOUT_MS must be at most ${most} where QUOTA_WINDOW_MS is ${window}, got ${timeout}: `;
    expect(() => withTimes(window, timeout)).toThrow(want);
  });
});

describe("the stages of one vendor account", () => {
  const messagesOf = (stage: string) => {
    const { quotaMessages } = { ...template.params["default"], ...template.params[stage] };
    return String(quotaMessages);
  };

  it("only prod spends the whole quota: every other one has a small share that works with the other defaults", () => {
    expect(messagesOf("prod")).toBe("12000");
    for (const stage of ["dev", "staging", "a-new-one"]) {
      expect(Number(messagesOf(stage))).toBeLessThanOrEqual(600); // a twentieth
      expect(readConfig({ ...REQUIRED, QUOTA_MESSAGES: messagesOf(stage) }).quota.messages).toBe(600);
    }
  });

  it("the local stack has one to itself", () => {
    expect(messagesOf("local")).toContain("env:QUOTA_MESSAGES, '12000'");
  });
});

it("serverless.yml has exactly the routes that the list for 405 names", () => {
  const events = Object.values(template.functions).flatMap((definition) => definition.events);
  const routes = events.flatMap(({ httpApi }) => (httpApi ? `${httpApi.method} ${httpApi.path}` : []));
  const listed = Object.entries(ROUTES).flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));
  expect(routes.filter((route) => route !== "* *").sort()).toEqual(listed.sort());
});

it("serverless.yml names a handler for every file of functions/, and no other", () => {
  const handlers = Object.values(template.functions).map(({ handler }) =>
    handler.replace(/^\.build\/([a-z-]+)\.handler$/, "$1.ts"),
  );
  expect([...new Set(handlers)].sort()).toEqual(globSync("*.ts", { cwd: join(root, "functions") }).sort());
});
