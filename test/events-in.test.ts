import { describe, expect, it } from "vitest";
import { readTemplate } from "./support/read-template.ts";

// Who may send events to which queue, as infra/ has it.

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation of any type, read by assertions
type Properties = Record<string, any>;

const { resources } = readTemplate();
const propertiesOf = (id: string): Properties => resources[id]?.Properties ?? {};

describe("events in", () => {
  it("come from the bus by a rule that asks for their kind alone", () => {
    const name = expect.stringMatching(/^\$\{self:service\}-\$\{sls:stage\}$/);
    expect(propertiesOf("EventBus")).toEqual({ Name: name });
    expect(propertiesOf("RequestsRule")).toMatchObject({
      EventBusName: name,
      EventPattern: { "detail-type": ["BatchSendMessage"] },
      Targets: [
        {
          Arn: { "Fn::GetAtt": "RequestsQueue.Arn" },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": "RequestsDeadLetters.Arn" } },
        },
      ],
    });
  });

  it("come from the bucket by its prefixes, each to its queue", () => {
    const { QueueConfigurations } = propertiesOf("ListsBucket")["NotificationConfiguration"];
    const told = (prefix: string, queue: string) => ({
      Event: "s3:ObjectCreated:*",
      Filter: { S3Key: { Rules: [{ Name: "prefix", Value: prefix }] } },
      Queue: { "Fn::GetAtt": `${queue}.Arn` },
    });
    expect(QueueConfigurations).toEqual([told("jobs/", "RequestsQueue"), told("uploads/", "ImportsQueue")]);
    expect(resources["ListsBucket"]?.["DependsOn"]).toEqual(["RequestsQueuePolicy", "ImportsQueuePolicy"]);
  });

  const senders = { events: "ArnLike", sns: "ArnLike", s3: "StringEquals" };
  it.each([
    { queue: "RequestsQueue", services: ["events", "sns", "s3"] as const },
    { queue: "RequestsDeadLetters", services: ["events"] as const },
    { queue: "ImportsQueue", services: ["s3"] as const },
  ])("$queue: $services of this account may send, over TLS, and no bucket is named", ({ queue, services }) => {
    const policy = propertiesOf(`${queue}Policy`);
    expect(policy["Queues"]).toEqual([{ Ref: queue }]);
    expect(JSON.stringify(policy)).not.toContain("ListsBucket"); // the bucket waits for the policy
    const Resource = { "Fn::GetAtt": `${queue}.Arn` };
    expect(policy["PolicyDocument"].Statement).toEqual([
      ...services.map((service) => ({
        Sid: expect.any(String),
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: "sqs:SendMessage",
        Resource,
        Condition: { [senders[service]]: ofThisAccount(service) },
      })),
      {
        Sid: "OnlyOverTls",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  const ofThisAccount = (service: keyof typeof senders) =>
    service === "s3"
      ? { "aws:SourceAccount": { Ref: "AWS::AccountId" } }
      : { "aws:SourceArn": { "Fn::Sub": expect.stringMatching(`:${service}:.*:\\$\\{AWS::AccountId\\}:`) } };
});
