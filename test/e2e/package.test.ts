import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation of any type, read by assertions
type Properties = Record<string, any>;
type Resource = Readonly<{ Type: string; Properties: Properties; DeletionPolicy?: string }>;

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "volley-package-"));
let resources: Record<string, Resource>;

beforeAll(() => {
  const cli = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");
  const offline = { PATH: process.env["PATH"], HOME: dir, QUOTA_MESSAGES: "1" }; // no account; a setting of a laptop
  execFileSync(process.execPath, [cli, "package", "--stage", "prod", "--package", dir], {
    cwd: root,
    env: offline,
    stdio: "pipe",
  });
  const template = readFileSync(join(dir, "cloudformation-template-update-stack.json"), "utf8");
  resources = JSON.parse(template).Resources;
});
afterAll(() => rmSync(dir, { recursive: true }));

const all = (type: string): [string, Resource][] => Object.entries(resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (id: string): Properties => resources[id]?.Properties ?? {};
const functionOf = (id: string): string => id.replace(/LambdaFunction$/, "");

describe("functions", () => {
  it("run on Node 24, arm64, with logs as JSON that are kept for 30 days", () => {
    for (const [id, { Properties }] of all("AWS::Lambda::Function")) {
      const { Runtime, Architectures, LoggingConfig } = Properties;
      expect({ id, Runtime, Architectures, LoggingConfig }).toEqual({
        id,
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        LoggingConfig: { LogFormat: "JSON" },
      });
      expect(propertiesOf(`${functionOf(id)}LogGroup`)["RetentionInDays"]).toBe(30);
    }
  });

  it("are packed each with its own bundle and nothing else", () => {
    for (const [id, { Properties }] of all("AWS::Lambda::Function")) {
      const artifact = String(Properties["Code"].S3Key).split("/").at(-1) ?? "";
      const bundle = String(Properties["Handler"]).replace(/\.handler$/, ".mjs");
      expect({ id, names: namesIn(join(dir, artifact)) }).toEqual({ id, names: [bundle, `${bundle}.map`] });
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
  it("ask for a signature, all but /health", () => {
    const open = all("AWS::ApiGatewayV2::Route").filter(
      ([, { Properties }]) => Properties["AuthorizationType"] !== "AWS_IAM",
    );
    expect(open.map(([, { Properties }]) => Properties["RouteKey"])).toEqual(["GET /health"]);
  });
});

describe("roles", () => {
  it("are one for each function", () => {
    const roles = all("AWS::Lambda::Function").map(([, { Properties }]) => Properties["Role"]["Fn::GetAtt"][0]);
    expect(roles.sort()).toEqual(
      all("AWS::IAM::Role")
        .map(([id]) => id)
        .sort(),
    );
  });

  it("allow named actions on named resources", () => {
    for (const [id, { Properties }] of all("AWS::IAM::Role")) {
      for (const { Action, Resource, Effect } of Properties["Policies"][0].PolicyDocument.Statement) {
        expect({ id, Effect, text: JSON.stringify([Action, Resource]) }).toEqual({
          id,
          Effect: "Allow",
          text: expect.not.stringContaining("*"),
        });
      }
    }
  });

  it.each([
    { role: "AcceptJob", calls: ["BatchWriteItem", "GetItem", "PutItem", "UpdateItem"] },
    { role: "ListJobs", calls: ["Query"] },
    { role: "GetJob", calls: ["GetItem", "Query"] },
    { role: "GetOutcome", calls: ["BatchGetItem", "GetItem", "Query"] }, // later attempts stand in items of their own
    { role: "ListOutcomes", calls: ["BatchGetItem", "GetItem", "Query"] },
    { role: "GetQuota", calls: ["GetItem"] },
    { role: "Health", calls: [] },
  ])("let $role do to the tables what its story does: $calls", ({ role, calls }) => {
    const text = JSON.stringify(propertiesOf(`${role}Role`));
    const allowed = [...text.matchAll(/"dynamodb:(\w+)"/g)].map(([, action]) => action);
    expect([...new Set(allowed)].sort()).toEqual(calls);
  });

  it("let only deliver read the upstream's keys, and only that secret", () => {
    const readers = all("AWS::IAM::Role").filter(([, role]) => JSON.stringify(role).includes("secretsmanager:"));
    expect(readers.map(([id]) => id).sort()).toEqual(["DeliverBulkRole", "DeliverExpressRole"]);
    for (const [, role] of readers) expect(JSON.stringify(role)).toContain(":secret:volley/prod/volcengine-??????");
  });
});

describe("queues", () => {
  it.each([
    { lane: "Express", batchSize: 10, maximumConcurrency: 10 },
    { lane: "Bulk", batchSize: 1, maximumConcurrency: 8 },
  ])("$lane: encrypted, kept 14 days, given up after ten tries", ({ lane, batchSize, maximumConcurrency }) => {
    const kept = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 };
    expect(propertiesOf(`${lane}DeadLetters`)).toMatchObject(kept);
    const queue = propertiesOf(`${lane}Queue`);
    expect(queue).toMatchObject({
      ...kept,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": [`${lane}DeadLetters`, "Arn"] }, maxReceiveCount: 10 },
    });
    expect(queue["VisibilityTimeout"]).toBe(6 * propertiesOf(`Deliver${lane}LambdaFunction`)["Timeout"]);
    expect(propertiesOf(`Deliver${lane}EventSourceMappingSQS${lane}Queue`)).toMatchObject({
      BatchSize: batchSize,
      ScalingConfig: { MaximumConcurrency: maximumConcurrency },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });
});

describe("tables", () => {
  it("are encrypted, paid by use, and outlive the stack", () => {
    for (const [id, { Properties, DeletionPolicy }] of all("AWS::DynamoDB::Table")) {
      const { BillingMode, SSESpecification } = Properties;
      expect({ id, BillingMode, SSESpecification, DeletionPolicy }).toEqual({
        id,
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true },
        DeletionPolicy: "Retain",
      });
    }
  });

  it("forget results when they expire, and can be set back to any second", () => {
    expect(propertiesOf("ResultsTable")).toMatchObject({
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

it("rings for dead letters, a late express lane, failing delivery and refused keys", () => {
  const alarms = all("AWS::CloudWatch::Alarm").map(([id]) => id);
  expect(alarms).toEqual(
    expect.arrayContaining([
      "ExpressDeadLettersAlarm",
      "BulkDeadLettersAlarm",
      "ExpressAgeAlarm",
      "DeliverExpressErrorsAlarm",
      "DeliverBulkErrorsAlarm",
      "CredentialsRefusedAlarm",
      "JobStuckAlarm",
      "UpstreamUnreachableAlarm",
    ]),
  );
});

it("leaves nothing else in the package", () => {
  expect(readdirSync(dir).filter((name) => !/\.zip$|^cloudformation-|^serverless-state/.test(name))).toEqual([]);
});

/** The file names in a zip, from its central directory. @see PKWARE APPNOTE 4.3.12 */
function namesIn(zip: string): string[] {
  const bytes = readFileSync(zip);
  const names: string[] = [];
  for (let at = bytes.indexOf("PK\x01\x02"); at !== -1; at = bytes.indexOf("PK\x01\x02", at + 46)) {
    names.push(bytes.toString("utf8", at + 46, at + 46 + bytes.readUInt16LE(at + 28)));
  }
  return names.sort();
}
