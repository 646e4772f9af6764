import { describe, expect, it } from "vitest";
import { type Configured, parameterFaults, parametersOf } from "../../local/check-parameters.ts";
import { readTemplate } from "../support/read-template.ts";

const { params, provider, functions } = readTemplate();

/** serverless.yml of a stage as the deploy CLI resolves it, with parameters of the command line. */
function faultsOf(
  stage: string,
  given: Record<string, string> = {},
  { file = params, env = {} }: Readonly<{ file?: typeof params; env?: Record<string, string> }> = {},
): string[] {
  const parameters = parametersOf({ stage, file, given });
  const resolve = (value: unknown): unknown => {
    const name = typeof value === "string" ? /^\$\{param:(\w+)\}$/.exec(value)?.[1] : undefined;
    return name === undefined ? value : parameters[name];
  };
  const resolved = (environment: Record<string, unknown> = {}) =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolve(value)]));
  const service: Configured = {
    provider: { environment: { ...resolved(provider.environment), ...env } },
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, { environment }]) => [name, { environment: resolved(environment) }]),
    ),
  };
  return parameterFaults(service, { stage, file, given });
}

const ROWS: { given: Record<string, string>; want: string }[] = [
  { given: { quotaMessages: "12k" }, want: "quotaMessages must be a whole number from 1 to 10000000" },
  { given: { quotaFloor: "12000" }, want: "quotaFloor must be below quotaMessages, got 12000" },
  {
    given: { rtcEndpoint: "rtc.volcengineapi.com" },
    want: "rtcEndpoint must be scheme and host alone, such as https://rtc.volcengineapi.com",
  },
  { given: { auth: "none" }, want: "auth must be keys or iam" },
  { given: { quotaMessages: "0", quotaFloor: "0" }, want: "quotaMessages must be a whole number from 1 to 10000000" },
  { given: { quotaWindowMs: "3600001" }, want: "quotaWindowMs must be a whole number from 100 to 3600000" },
  { given: { rtcEndpoint: "http://rtc.example" }, want: "rtcEndpoint must be https: keys and messages go there" },
  { given: { secret: "two words" }, want: "secret must be the name of a secret" },
  { given: { requestsClient: "two words" }, want: "requestsClient must be the id of a client" },
  { given: { tracing: "true" }, want: "tracing must be Active or PassThrough" },
  {
    given: { resultsWarmReads: "0", resultsWarmWrites: "8000" },
    want: "resultsWarmReads and resultsWarmWrites must both be 0, or at least 12000 and 4000",
  },
  { given: { quotaScope: "apps" }, want: "quotaScope must be account or app" },
  { given: { quotaMessage: "1" }, want: "there is no parameter quotaMessage" },
  { given: { bulkBatchSize: "11" }, want: "bulkBatchSize must be a whole number from 1 to 10" },
  { given: { expressConcurrency: "1" }, want: "expressConcurrency must be a whole number from 2 to 1000" },
  { given: { bulkReserved: "0" }, want: "bulkReserved must be none or a whole number" },
  {
    given: { bulkConcurrency: "5", bulkReserved: "4" },
    want: "bulkReserved must be none, or at least bulkConcurrency",
  },
  { given: { bulkMemory: "64" }, want: "bulkMemory must be a whole number from 128 to 10240" },
  { given: { expressMemory: "1 GB" }, want: "expressMemory must be a whole number from 128 to 10240" },
  { given: { systemLogLevel: "ERROR" }, want: "systemLogLevel must be DEBUG, INFO or WARN" },
  { given: { apiRate: "0" }, want: "apiRate must be a whole number from 1 to 10000" },
  { given: { logLevel: "debug" }, want: "logLevel must be TRACE, DEBUG, INFO, WARN, ERROR, CRITICAL or SILENT" },
  {
    given: { dataDeletionPolicy: "Retain" },
    want: "dataDeletionPolicy must be Delete or RetainExceptOnCreate",
  },
  { given: { tableProtection: "yes" }, want: "tableProtection must be true or false" },
  { given: { alarmTopicArn: "me@example.com" }, want: "alarmTopicArn must be the ARN of an SNS topic, or empty" },
];

describe("parameters", () => {
  it.each(["dev", "staging", "prod", "a-pull-request-of-42"])("of %s are right as they stand", (stage) =>
    expect(faultsOf(stage)).toEqual([]),
  );

  it.each(ROWS)("are refused before anything is packed: $given", ({ given, want }) => {
    expect(faultsOf("prod", given)).toEqual([want]);
  });

  it("of every name are checked: none takes just anything", () => {
    const bad = { resultsTtlDays: "0", dataReplacePolicy: "RetainExceptOnCreate", rtcRegion: "no where" };
    const numbers = [
      "quotaMarginMs",
      "quotaMinGapMs",
      "callTimeoutMs",
      "shareAgeSeconds",
      "expressBatchSize",
      "apiBurst",
      "openRate",
      "quotaCalls",
      "quotaCallsWindowMs",
      "quotaPerSecond",
    ];
    const every = { ...bad, ...Object.fromEntries(numbers.map((name) => [name, "x"])) };
    expect(
      faultsOf("dev", every)
        .map((fault) => fault.split(" ")[0])
        .sort(),
    ).toEqual(Object.keys(every).sort());
    const covered = [...Object.keys(every), ...ROWS.flatMap(({ given }) => Object.keys(given)), "openBurst"];
    expect(Object.keys(params["default"] ?? {}).filter((name) => !covered.includes(name))).toEqual([]);
  });

  it.each([
    { stage: "Prod", want: "the stage Prod must have 1 to 32 characters of a-z, 0-9 and -, a letter first" },
    { stage: "my_stage", want: "the stage my_stage must have 1 to 32 characters of a-z, 0-9 and -, a letter first" },
    { stage: "local", want: "the stage local is this machine: npm start runs it" },
  ])("have a stage that can be: not $stage", ({ stage, want }) => expect(faultsOf(stage)).toContain(want));

  it("are spelled as in the file, in every block of it", () => {
    const file = { ...params, staging: { quotaMessage: 5 } };
    const want = "infra/parameters.yml: staging sets quotaMessage, which is no parameter";
    expect(faultsOf("staging", {}, { file })).toEqual([want]);
  });

  it("are refused together with what is wrong in the file of accounts", () => {
    const VOLC_ACCOUNTS = '{"shop":{"appIds":[0],"secret":"a"}}';
    const want = [
      "quotaFloor must be below quotaMessages",
      "infra/accounts.yml: shop.appIds.0",
      "infra/accounts.yml: shop.floor must be below shop.messages", // it has the floor of all
    ];
    const faults = faultsOf("prod", { quotaFloor: "12000" }, { env: { VOLC_ACCOUNTS } });
    expect(faults.map((fault, i) => fault.startsWith(want[i] ?? "?"))).toEqual([true, true, true]);
  });

  it("are all named that are wrong", () => {
    expect(faultsOf("dev", { quotaWindowMs: "1m", shareAgeSeconds: "-1", openBurst: "many", nme: "x" })).toEqual([
      "there is no parameter nme",
      "openBurst must be a whole number from 1 to 5000",
      "shareAgeSeconds must be a whole number from 1 to 3600",
      "quotaWindowMs must be a whole number from 100 to 3600000",
    ]);
  });
});
