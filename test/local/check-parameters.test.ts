import { describe, expect, it } from "vitest";
import { type Configured, parameterFaults } from "../../local/check-parameters.ts";
import { readTemplate } from "../support/read-template.ts";

const { params, provider, functions } = readTemplate();
const known = Object.values(params).flatMap(Object.keys);

/** serverless.yml of a stage as the deploy CLI resolves it, with parameters of the command line. */
function faultsOf(stage: string, given: Record<string, string> = {}): string[] {
  const parameters = { ...params["default"], ...params[stage], ...given };
  const resolve = (value: unknown): unknown => {
    const name = typeof value === "string" ? /^\$\{param:(\w+)\}$/.exec(value)?.[1] : undefined;
    return name === undefined ? value : parameters[name];
  };
  const resolved = (environment: Record<string, unknown> = {}) =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, resolve(value)]));
  const service: Configured = {
    provider: { environment: resolved(provider.environment) },
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, { environment }]) => [name, { environment: resolved(environment) }]),
    ),
  };
  return parameterFaults(service, { parameters, given: Object.keys(given), known });
}

describe("parameters", () => {
  it.each(["dev", "prod"])("of %s are right as they stand", (stage) => expect(faultsOf(stage)).toEqual([]));

  it.each([
    { given: { quotaMessages: "12k" }, want: "quotaMessages must be a whole number from 1 to 10000000" },
    { given: { quotaFloor: "12000" }, want: "quotaFloor must be below quotaMessages, got 12000" },
    {
      given: { rtcEndpoint: "rtc.volcengineapi.com" },
      want: "rtcEndpoint must be scheme and host alone, such as https://rtc.volcengineapi.com",
    },
    { given: { auth: "none" }, want: "AUTH must be keys or iam" },
    { given: { quotaScope: "apps" }, want: "quotaScope must be account or app" },
    { given: { quotaMessage: "1" }, want: "there is no parameter quotaMessage" },
    { given: { bulkBatchSize: "11" }, want: "bulkBatchSize must be a whole number from 1 to 10" },
    { given: { expressConcurrency: "1" }, want: "expressConcurrency must be a whole number from 2 to 1000" },
    { given: { bulkReserved: "0" }, want: "bulkReserved must be none or a whole number" },
    {
      given: { bulkConcurrency: "5", bulkReserved: "4" },
      want: "bulkReserved must be none, or at least bulkConcurrency",
    },
    { given: { apiRate: "0" }, want: "apiRate must be a whole number from 1 to 10000" },
    { given: { logLevel: "debug" }, want: "logLevel must be TRACE, DEBUG, INFO, WARN, ERROR, CRITICAL or SILENT" },
    {
      given: { dataDeletionPolicy: "Keep" },
      want: "dataDeletionPolicy must be Delete, Retain or RetainExceptOnCreate",
    },
    { given: { tableProtection: "yes" }, want: "tableProtection must be true or false" },
    { given: { alarmTopicArn: "me@example.com" }, want: "alarmTopicArn must be the ARN of an SNS topic, or empty" },
  ])("are refused before anything is packed: $given", ({ given, want }) => {
    expect(faultsOf("prod", given)).toEqual([want]);
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
