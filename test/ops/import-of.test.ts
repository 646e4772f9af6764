import { describe, expect, it } from "vitest";
import { importOf, type Template } from "../../ops/import-of.ts";
import { readTemplate } from "../support/read-template.ts";

const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-1:1:secret:${name}-AbCdEf`;
const KEYS = arnOf("volley/dev/volcengine");
const OF_GAME = arnOf("volley/dev/volcengine/game");
const { resources, parts } = readTemplate();
const CLIENTS = arnOf(String(resources["ClientsSecret"]?.Properties["Name"]));
const kept = { bucket: "b", secrets: [OF_GAME, KEYS, CLIENTS], queues: "https://sqs/1/" };
const now: Template = { Resources: { ServerlessDeploymentBucket: { Type: "AWS::S3::Bucket" } } };

describe("what a new stack takes over", () => {
  const whole = { ...parts, Resources: resources } as Template;
  const { template, resources: named } = importOf(now, whole, kept);

  it("is all that was kept, each named as CloudFormation wants it", () => {
    const keeps = Object.keys(resources).filter((id) => "DeletionPolicy" in (resources[id] ?? {}));
    expect(named.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(keeps);
    expect(Object.keys(template.Resources)).toEqual(["ServerlessDeploymentBucket", ...keeps]);
    const identifiers = Object.fromEntries(named.map((one) => [one.LogicalResourceId, one.ResourceIdentifier]));
    expect(identifiers).toMatchObject({
      ...{ ListsBucket: { BucketName: "b" }, ListsBucketPolicy: { Bucket: "b" }, ClientsSecret: { Id: CLIENTS } },
      VolcengineSecret: { Id: KEYS },
      ExpressQueue: { QueueUrl: expect.stringMatching(/^https:\/\/sqs\/1\/.*-express$/) },
      ResultsTable: { TableName: expect.stringMatching(/-results$/) },
    });
  });

  it("refers to nothing that is not taken over with it", () => {
    const text = JSON.stringify(template.Resources);
    const there = [...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})];
    const names = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
    const referred = names(/"(?:Ref|Fn::GetAtt)":\[?"([A-Za-z]\w*)[".]/g).filter((name) => name !== "AWS");
    expect(referred).toContain("RequestsQueue");
    expect(referred.filter((name) => !there.includes(name))).toEqual([]);
    const conditions = names(/"Fn::If":\["(\w+)"/g);
    expect(conditions).toContain("ResultsAreWarm");
    expect(conditions.filter((name) => !(name in (template.Conditions ?? {})))).toEqual([]);
    expect(text).not.toContain("DependsOn");
  });

  it("is nothing that nobody knows how to name", () => {
    const bus = { Type: "AWS::Events::EventBus", DeletionPolicy: "Retain" };
    expect(() => importOf(now, { Resources: { Bus: bus } }, kept)).toThrow(
      "Bus: nobody knows how a AWS::Events::EventBus is imported",
    );
  });

  it("is no secret that is not given", () => {
    expect(() => importOf(now, whole, { ...kept, secrets: [CLIENTS, OF_GAME] })).toThrow(
      "there is no ARN of the secret volley/dev/volcengine",
    );
  });
});
