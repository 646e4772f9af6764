import { describe, expect, it } from "vitest";
import { all, everything, parameterOf, propertiesOf, resourceOf } from "../support/packaged.ts";

describe("the bucket of receiver lists", () => {
  it("is private, encrypted, and outlives the stack", () => {
    expect(resourceOf("ListsBucket")).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      },
    });
  });

  it("denies whatever does not come over TLS", () => {
    expect(resourceOf("ListsBucketPolicy")).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        Bucket: { Ref: "ListsBucket" },
        PolicyDocument: {
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [
                { "Fn::GetAtt": ["ListsBucket", "Arn"] },
                { "Fn::Sub": expect.stringContaining("ListsBucket.Arn}/*") },
              ],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    });
  });

  it("forgets lists and reports a week after three times the life of results, and uploads that broke off", () => {
    const days = Number(propertiesOf("AcceptJobLambdaFunction")["Environment"].Variables.RESULTS_TTL_DAYS);
    expect(propertiesOf("ListsBucket")["LifecycleConfiguration"].Rules).toEqual([
      expect.objectContaining({ Status: "Enabled", Prefix: "lists/", ExpirationInDays: 3 * days + 7 }),
      expect.objectContaining({ Status: "Enabled", Prefix: "jobs/", ExpirationInDays: 30 }),
      expect.objectContaining({ Status: "Enabled", Prefix: "reports/", ExpirationInDays: 3 * days + 7 }),
      expect.objectContaining({ Status: "Enabled", Prefix: "uploads/", ExpirationInDays: 7 }),
      expect.objectContaining({ Status: "Enabled", Prefix: "sorted/", ExpirationInDays: 7 }),
      expect.objectContaining({ Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    ]);
  });
});

it("a first deploy that fails takes back all that it has made, what the deploy CLI adds too", () => {
  const kept = everything().filter(
    ([, { DeletionPolicy }]) => !/^(undefined|Delete|RetainExceptOnCreate)$/.test(`${DeletionPolicy}`),
  );
  expect(kept.map(([id]) => id)).toEqual([]);
  expect(everything().length).toBeGreaterThan(150);
});

describe("tables", () => {
  it("are encrypted, paid by use, and not protected by the stack: a first deploy that fails could not take them back", () => {
    for (const [id, { Properties }] of all("AWS::DynamoDB::Table")) {
      const { BillingMode, SSESpecification, DeletionProtectionEnabled } = Properties;
      expect({ id, BillingMode, SSESpecification, DeletionProtectionEnabled }).toEqual({
        id,
        BillingMode: "PAY_PER_REQUEST",
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: undefined,
      });
    }
  });

  it("are ready for as much as the parameters say", () => {
    expect(parameterOf("ResultsWarmReads")).toEqual({ Type: "Number", Default: "12000" });
    expect(parameterOf("ResultsWarmWrites")).toEqual({ Type: "Number", Default: "8000" });
    expect(propertiesOf("ResultsTable")["WarmThroughput"]["Fn::If"]).toEqual([
      "ResultsAreWarm",
      { ReadUnitsPerSecond: { Ref: "ResultsWarmReads" }, WriteUnitsPerSecond: { Ref: "ResultsWarmWrites" } },
      { Ref: "AWS::NoValue" },
    ]);
  });

  it("forget results when they expire, and can be set back to any second", () => {
    expect(propertiesOf("ResultsTable")).toMatchObject({
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});
