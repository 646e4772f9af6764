import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { readTemplate } from "./support/read-template.ts";
import { roleOf } from "./support/rights.ts";

// What of the stack outlives it, and what is a parameter.

const { resources, functions, params, provider } = readTemplate();
const parameter = (name: string): string => ["$", `{param:${name}}`].join("");

/** Data, or a name that stays taken with it. */
const HOLDS_DATA = [
  "AWS::DynamoDB::Table",
  "AWS::SQS::Queue",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SecretsManager::Secret",
];

describe("what holds data", () => {
  const kept = Object.entries(resources).filter(([, { Type }]) => HOLDS_DATA.includes(Type));

  it("is tables, queues, the bucket, the list of clients and the keys", () =>
    expect(kept).toHaveLength(2 + 14 + 2 + 2));

  it.each(kept)("%s is kept as the stage says, and nothing else is", (_, { DeletionPolicy, UpdateReplacePolicy }) => {
    const want = {
      DeletionPolicy: parameter("dataDeletionPolicy"),
      UpdateReplacePolicy: parameter("dataReplacePolicy"),
    };
    expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual(want);
    const others = Object.entries(resources).filter(([, { Type }]) => !HOLDS_DATA.includes(Type));
    expect(others.filter(([, other]) => "DeletionPolicy" in other)).toEqual([]);
  });

  it("outlives the stack of prod, but not a first deploy that fails: the next one finds its names free", () => {
    // A replaced resource knows no RetainExceptOnCreate.
    expect(params["prod"]).toMatchObject({
      dataDeletionPolicy: "RetainExceptOnCreate",
      dataReplacePolicy: "Retain",
      tableProtection: true,
    });
    expect(params["default"]).toMatchObject({
      dataDeletionPolicy: "Delete",
      dataReplacePolicy: "Delete",
      tableProtection: false,
    });
  });
});

describe("a first deploy that fails leaves nothing that stands in the way of the next", () => {
  const isGone = (policy: unknown): boolean =>
    ["Delete", "RetainExceptOnCreate"].includes(String(policy === undefined ? "Delete" : policy));

  it.each(["dev", "prod"])("%s: whatever it has made is deleted again, whether it has a fixed name or not", (stage) => {
    const { dataDeletionPolicy } = { ...params["default"], ...params[stage] };
    const left = Object.entries(resources).filter(([, one]) => {
      const policy = "DeletionPolicy" in one ? one["DeletionPolicy"] : undefined;
      return !isGone(policy === parameter("dataDeletionPolicy") ? dataDeletionPolicy : policy);
    });
    expect(left.map(([id]) => id)).toEqual([]);
  });

  it("nothing refuses to be deleted", () => {
    const refuses = /Deletion-?Protection|TerminationProtection|ObjectLock/i;
    const all = Object.entries(resources).map(([id, { Properties }]) => [id, JSON.stringify(Properties)] as const);
    expect(all.filter(([, text]) => refuses.test(text)).map(([id]) => id)).toEqual([]);
  });

  it("no function makes its log group anew that is deleted under it: the stack makes them all", () => {
    expect(JSON.stringify(resources)).not.toContain("logs:CreateLogGroup");
    expect(JSON.stringify(resources)).not.toContain("logs:*");
  });
});

describe("what runs at once", () => {
  it.each([
    { name: "deliverBulk", lane: "bulk" },
    { name: "deliverExpress", lane: "express" },
  ])("in $name, and its memory, is set by parameters", ({ name, lane }) => {
    const [event] = functions[name]?.events ?? [];
    expect(event?.sqs).toMatchObject({
      batchSize: parameter(`${lane}BatchSize`),
      maximumConcurrency: parameter(`${lane}Concurrency`),
    });
    expect(functions[name]?.["memorySize"]).toBe(parameter(`${lane}Memory`));
  });

  it("is reserved for the bulk lane on prod, not less than the poller of its queue calls", () => {
    expect(functions["deliverBulk"]?.["reservedConcurrency"]).toEqual({
      "Fn::If": ["BulkIsReserved", { Ref: "BulkReserved" }, { Ref: "AWS::NoValue" }],
    });
    const { bulkReserved, bulkConcurrency } = { ...params["default"], ...params["prod"] };
    expect(Number(bulkReserved)).toBeGreaterThanOrEqual(Number(bulkConcurrency));
  });
});

describe("whatever comes without TLS", () => {
  const statement = v.looseObject({ Effect: v.string(), Action: v.unknown(), Condition: v.optional(v.unknown()) });
  const policy = v.looseObject({
    Queues: v.array(v.object({ Ref: v.string() })),
    PolicyDocument: v.looseObject({ Statement: v.array(statement) }),
  });
  const policies = Object.values(resources).flatMap(({ Type, Properties }) =>
    Type === "AWS::SQS::QueuePolicy" ? [v.parse(policy, Properties)] : [],
  );
  const queues = Object.entries(resources).flatMap(([id, { Type }]) => (Type === "AWS::SQS::Queue" ? [id] : []));

  it("is denied by every queue, each by its one policy", () => {
    const named = policies.flatMap(({ Queues }) => Queues.map(({ Ref }) => Ref));
    expect(named.sort()).toEqual(queues.sort());
    const denies = { Effect: "Deny", Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
    for (const { PolicyDocument } of policies) {
      expect(PolicyDocument.Statement).toContainEqual(expect.objectContaining(denies));
    }
  });
});

describe("a stage", () => {
  const { stackTags, tracing, logs, versionFunctions } = provider;

  it("is named on everything that its stack makes", () => {
    expect(Object.keys(v.parse(v.record(v.string(), v.string()), stackTags))).toEqual(["service", "stage"]);
  });

  it("sends traces of all functions but of those that run each minute, with a right to do so", () => {
    expect(tracing).toEqual({ lambda: parameter("tracing") });
    const untraced = Object.keys(functions).filter((name) => functions[name]?.["tracing"] !== undefined);
    const eachMinute = Object.keys(functions).filter((name) =>
      functions[name]?.events.some((event) => "schedule" in event),
    );
    expect(untraced).toEqual(eachMinute);
    const may = Object.keys(functions).map((name) => resources[roleOf(name)]?.Properties["ManagedPolicyArns"]);
    expect(may).toEqual(Object.keys(functions).map(() => [{ Ref: "SendsTraces" }]));
  });

  it("writes a line for each request, as JSON, that holds nothing of its headers and its body", () => {
    const { format } = v.parse(v.looseObject({ httpApi: v.object({ format: v.string() }) }), logs).httpApi;
    const line = format.replaceAll(/"\$context\.[\w.]+"|\$context\.[\w.]+/g, "0");
    expect(Object.keys(JSON.parse(line))).toContain("requestId");
    expect(format).not.toMatch(/header|authorizer|queryString|body/i);
  });

  it("hears from Lambda itself only where something goes wrong", () => {
    expect(logs).toMatchObject({ lambda: { logFormat: "JSON", systemLogLevel: parameter("systemLogLevel") } });
    expect(params["default"]).toMatchObject({ systemLogLevel: "WARN" });
  });

  it("keeps no older versions of its functions, which nobody calls", () => expect(versionFunctions).toBe(false));

  it("says what it has made: API, tables, bucket, bus, queues", () => {
    const outputs = Object.keys(readTemplate().outputs);
    const queues = Object.entries(resources).flatMap(([id, { Type }]) =>
      Type === "AWS::SQS::Queue" && id.endsWith("Queue") ? [id] : [],
    );
    const wanted = ["ApiUrl", "ResultsTable", "QuotaTable", "ListsBucket", "EventBus", "ClientsSecret", ...queues];
    expect(outputs).toEqual(expect.arrayContaining(wanted));
  });

  it("may ask for a results table that is ready for more from the first second", () => {
    const { WarmThroughput } = resources["ResultsTable"]?.Properties ?? {};
    const warm = { ReadUnitsPerSecond: { Ref: "ResultsWarmReads" }, WriteUnitsPerSecond: { Ref: "ResultsWarmWrites" } };
    expect(WarmThroughput).toEqual({ "Fn::If": ["ResultsAreWarm", warm, { Ref: "AWS::NoValue" }] });
    expect(params["default"]).toMatchObject({ resultsWarmReads: 0, resultsWarmWrites: 0 });
  });
});
