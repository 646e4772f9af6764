import { describe, expect, it } from "vitest";
import { readTemplate } from "./support/read-template.ts";

// What of the stack outlives it, and what is a parameter.

const { resources, functions, params } = readTemplate();
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

describe("what runs at once", () => {
  it.each([
    { name: "deliverBulk", batchSize: "bulkBatchSize", maximumConcurrency: "bulkConcurrency" },
    { name: "deliverExpress", batchSize: "expressBatchSize", maximumConcurrency: "expressConcurrency" },
  ])("in $name is set by parameters", ({ name, batchSize, maximumConcurrency }) => {
    const [event] = functions[name]?.events ?? [];
    expect(event?.sqs).toMatchObject({
      batchSize: parameter(batchSize),
      maximumConcurrency: parameter(maximumConcurrency),
    });
  });

  it("is reserved for the bulk lane on prod, not less than the poller of its queue calls", () => {
    expect(functions["deliverBulk"]?.["reservedConcurrency"]).toEqual({
      "Fn::If": ["BulkIsReserved", parameter("bulkReserved"), { Ref: "AWS::NoValue" }],
    });
    const { bulkReserved, bulkConcurrency } = { ...params["default"], ...params["prod"] };
    expect(Number(bulkReserved)).toBeGreaterThanOrEqual(Number(bulkConcurrency));
  });
});
