import { describe, expect, it } from "vitest";
import { BadUse } from "../../ops/bad-use.ts";
import { parseRemove } from "../../ops/remove-command.ts";
import { planRemoval, type StackResource, sayWhatStays } from "../../ops/what-stays.ts";

describe("npm run remove", () => {
  it.each([
    { line: "", want: "--stage is missing" },
    { line: "--stage local", want: "LOCAL_DATA_DIR" },
    { line: "--stage prod", want: "--yes prod" },
    { line: "--stage prod --yes dev", want: "--yes prod" },
    { line: "--stag dev", want: "--stag" },
  ])("refuses $line", ({ line, want }) => {
    const parse = () => parseRemove(line.split(" ").filter(Boolean));
    expect(parse).toThrow(BadUse);
    expect(parse).toThrow(want);
  });

  it("removes dev when it is named, prod when it is named twice", () => {
    expect(parseRemove(["--stage", "dev"])).toEqual({ stage: "dev", region: "ap-southeast-1" });
    const prod = ["--stage", "prod", "--yes", "prod", "--region", "eu-west-1"];
    expect(parseRemove(prod)).toEqual({ stage: "prod", region: "eu-west-1" });
  });
});

describe("what of a stack stays", () => {
  const one = (logicalId: string, type: string, deletionPolicy?: string): StackResource => ({
    ...{ logicalId, type, physicalId: `volley-prod-${logicalId}` },
    ...(deletionPolicy && { deletionPolicy }),
  });
  const resources = [
    one("results", "AWS::DynamoDB::Table", "RetainExceptOnCreate"),
    one("lists", "AWS::S3::Bucket", "Retain"),
    one("lists", "AWS::S3::BucketPolicy", "Retain"),
    one("scratch", "AWS::S3::Bucket", "Delete"),
    one("quota", "AWS::DynamoDB::Table"),
    one("bus", "AWS::Events::EventBus"),
  ];

  it("is what its template keeps; buckets that go are emptied, tables that go may not be protected", () => {
    const { stays, buckets, tables } = planRemoval(resources);
    expect(stays.map(({ logicalId }) => logicalId)).toEqual(["results", "lists", "lists"]);
    expect({ buckets, tables }).toEqual({ buckets: ["volley-prod-scratch"], tables: ["volley-prod-quota"] });
  });

  it("is said, each by its name, and that the vendor's keys are no part of it", () => {
    const said = sayWhatStays("prod", planRemoval(resources)).join("\n");
    expect(said).toMatch(/AWS::DynamoDB::Table +volley-prod-results\n +AWS::S3::Bucket +volley-prod-lists\n/);
    expect(said).not.toContain("BucketPolicy");
    expect(said).toContain("volley/prod/volcengine");
    expect(sayWhatStays("dev", planRemoval([])).join()).toMatch(/^Nothing of the stack is left\./);
    const keys = one("volcengine", "AWS::SecretsManager::Secret");
    expect(sayWhatStays("dev", planRemoval([keys]))).toEqual(["Nothing of the stack is left."]);
  });
});
