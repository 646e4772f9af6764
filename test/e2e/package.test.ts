import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { all, dir, functionOf, packOnce, propertiesOf, resourceOf } from "../support/packaged.ts";
import { readTemplate } from "../support/read-template.ts";
import { namesIn } from "../support/zip-names.ts";

packOnce();
describe("what holds data", async () => void (await import("./package-data.suite.ts")));

describe("functions", () => {
  it("run on Node 24, arm64, with logs as JSON that are kept for 30 days", () => {
    for (const [id, { Properties }] of all("AWS::Lambda::Function")) {
      const { Runtime, Architectures, LoggingConfig } = Properties;
      expect({ id, Runtime, Architectures, LoggingConfig }).toEqual({
        id,
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        LoggingConfig: { LogFormat: "JSON", SystemLogLevel: "WARN" },
      });
      expect(resourceOf(`${functionOf(id)}LogGroup`)).toBeDefined();
    }
    const groups = all("AWS::Logs::LogGroup");
    expect(groups.map(([id]) => id)).toContain("HttpApiLogGroup");
    for (const [id, { Properties }] of groups) expect([id, Properties["RetentionInDays"]]).toEqual([id, 30]);
  });

  it("are packed each with its own bundle and nothing else", () => {
    for (const [id, { Properties }] of all("AWS::Lambda::Function")) {
      const artifact = String(Properties["Code"].S3Key).split("/").at(-1) ?? "";
      const bundle = String(Properties["Handler"]).replace(/\.handler$/, ".mjs");
      const page = bundle === ".build/console.mjs" ? [".build/console.json"] : [];
      expect({ id, names: namesIn(join(dir, artifact)) }).toEqual({ id, names: [...page, bundle, `${bundle}.map`] });
      expect(Properties["Environment"].Variables.NODE_OPTIONS).toBe("--enable-source-maps"); // else nobody reads the maps
    }
  });

  it("take no keys from the environment: a secret's name, and only where requests are signed", () => {
    for (const [id, { Properties }] of all("AWS::Lambda::Function")) {
      const names = Object.keys(Properties["Environment"].Variables);
      expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/ACCESSKEY|SECRETKEY|SESSION_TOKEN/)]));
      expect(names.includes("VOLC_SECRET_ID")).toBe(functionOf(id).startsWith("Deliver"));
    }
  });

  it("have as much quota as the account has, whatever the environment of whoever deploys says", () => {
    expect(propertiesOf("DeliverBulkLambdaFunction")["Environment"].Variables).toMatchObject({
      QUOTA_MESSAGES: "12000",
      QUOTA_WINDOW_MS: "60000",
      RTC_ENDPOINT: "https://rtc.volcengineapi.com",
    });
  });
});

describe("routes", () => {
  it("ask IAM who calls where that is wanted, all but those that anybody may read; with keys the functions ask", () => {
    const open = all("AWS::ApiGatewayV2::Route").filter(
      ([, { Properties }]) => Properties["AuthorizationType"] !== "AWS_IAM",
    );
    const keys = open.map(([, { Properties }]) => Properties["RouteKey"]);
    expect(keys).toEqual(["GET /health", "GET /openapi.json", "GET /console"]);
    expect(readTemplate().params["default"]).toMatchObject({ auth: "keys" });
  });
});

describe("roles", () => {
  it("let only deliver read the upstream's keys, and only that secret", () => {
    const readers = all("AWS::IAM::Role").filter(([, role]) => JSON.stringify(role).includes("VolcengineSecret"));
    expect(readers.map(([id]) => id).sort()).toEqual(["DeliverBulkRole", "DeliverExpressRole"]);
    expect(propertiesOf("VolcengineSecret")).toMatchObject({ Name: "volley/prod/volcengine", SecretString: "{}" });
  });
});

describe("queues", () => {
  const rows = [
    // Express: a dead worker's message comes back within a minute. The others: as AWS advises.
    {
      queue: "Express",
      tries: 100,
      reader: "DeliverExpress",
      batchSize: 10,
      concurrency: 30,
      timeouts: 2,
      loop: "Allow",
    },
    { queue: "Bulk", tries: 100, reader: "DeliverBulk", batchSize: 4, concurrency: 2, timeouts: 6, loop: "Allow" },
    { queue: "Dispatch", tries: 10, reader: "Dispatch", batchSize: 10, concurrency: 2, timeouts: 6, loop: "Allow" },
    { queue: "Imports", tries: 10, reader: "ImportList", batchSize: 1, concurrency: 2, timeouts: 6, loop: "Allow" },
    {
      queue: "Events",
      tries: 10,
      reader: "PublishEvents",
      batchSize: 10,
      concurrency: 2,
      timeouts: 6,
      loop: undefined,
    },
    {
      queue: "Requests",
      tries: 100,
      reader: "TakeRequest",
      batchSize: 10,
      concurrency: 4,
      timeouts: 6,
      loop: undefined,
    },
    {
      queue: "Exports",
      tries: 100,
      reader: "ExportOutcomes",
      batchSize: 1,
      concurrency: 2,
      timeouts: 6,
      loop: "Allow",
    },
  ];

  it("are these and their dead letters", () => {
    const names = rows.flatMap(({ queue }) => [`${queue}Queue`, `${queue}DeadLetters`]);
    expect(all("AWS::SQS::Queue").map(([id]) => id)).toEqual(names);
  });

  it.each(rows)(
    "$queue: encrypted, kept 14 days, given up after so many tries",
    ({ queue, reader, timeouts, tries }) => {
      const kept = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 };
      expect(propertiesOf(`${queue}DeadLetters`)).toMatchObject(kept);
      expect(propertiesOf(`${queue}Queue`)).toMatchObject({
        ...kept,
        VisibilityTimeout: timeouts * propertiesOf(`${reader}LambdaFunction`)["Timeout"],
        RedrivePolicy: {
          deadLetterTargetArn: { "Fn::GetAtt": [`${queue}DeadLetters`, "Arn"] },
          maxReceiveCount: tries,
        },
      });
    },
  );

  it.each(rows)("$queue: read by $reader, $batchSize at a time", ({ queue, reader, batchSize, concurrency, loop }) => {
    const mapping = propertiesOf(`${reader}EventSourceMappingSQS${queue}Queue`);
    expect(mapping).toMatchObject({ BatchSize: batchSize, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    expect(mapping["ScalingConfig"]?.MaximumConcurrency).toBe(concurrency);
    expect(propertiesOf(`${reader}LambdaFunction`)["RecursiveLoop"]).toBe(loop); // test/roles.test.ts says for whom
  });
});

it("runs the publisher and dispatch each minute", () => {
  const rules = all("AWS::Events::Rule").map(([, { Properties }]) => Properties);
  const scheduled = rules.filter(({ ScheduleExpression }) => ScheduleExpression);
  const facts = scheduled.map(({ ScheduleExpression, State, Targets }) =>
    [ScheduleExpression, State, Targets[0].Arn["Fn::GetAtt"][0]].join(" "),
  );
  expect(facts).toEqual(["PublishEvents", "Dispatch"].map((name) => `rate(1 minute) ENABLED ${name}LambdaFunction`));
});

// What outlives the stack, and what is reserved for whom: test/infra.test.ts.
it("bounds the requests a second, more narrowly where nobody says who he is", () => {
  const { DefaultRouteSettings, RouteSettings } = propertiesOf("HttpApiStage");
  expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 });
  const open = expect.objectContaining({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 });
  expect(RouteSettings).toEqual({ "GET /health": open, "GET /openapi.json": open, "GET /console": open });
  // A stage that is made before its routes refuses settings of them.
  const named = all("AWS::ApiGatewayV2::Route").filter(([, route]) => route.Properties["RouteKey"] in RouteSettings);
  expect(resourceOf("HttpApiStage")?.DependsOn).toEqual(["HttpApiLogGroup", ...named.map(([id]) => id)]);
});

describe("alarms", () => {
  // Which there are, what they listen to and whether it is counted: test/alarms.test.ts.
  it("ring when dispatch has been silent for three minutes", () => {
    expect(propertiesOf("NoDispatchAlarm")).toMatchObject({
      Namespace: "Volley",
      MetricName: "DispatchRuns",
      Dimensions: [{ Name: "service", Value: "volley-prod" }],
      Statistic: "Sum",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 3,
      TreatMissingData: "breaching",
    });
  });
});

it("leaves nothing else in the package", () => {
  expect(readdirSync(dir).filter((name) => !/\.zip$|^cloudformation-|^serverless-state/.test(name))).toEqual([]);
});
