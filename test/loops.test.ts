import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { readTemplate, readText, type Template } from "./support/read-template.ts";
import { queuesRead, rightsOf, shortName, template } from "./support/rights.ts";

// Which functions may pass messages around in a circle, and what Lambda is told of it.

/** What S3 tells of objects of the bucket: below which prefix, to which queue. */
const bucketProperties = v.looseObject({
  NotificationConfiguration: v.object({
    QueueConfigurations: v.array(
      v.looseObject({
        Filter: v.object({
          S3Key: v.object({ Rules: v.tuple([v.object({ Name: v.literal("prefix"), Value: v.string() })]) }),
        }),
        Queue: v.unknown(),
      }),
    ),
  }),
});

/** Queues that a function writes: it sends to them, or it puts objects that S3 tells them of. Lambda follows both. */
function queuesWritten(name: string, of: Template): string[] {
  const rights = rightsOf(name, of);
  const sent = Object.entries(rights).flatMap(([resource, actions]) =>
    actions.includes("SendMessage") ? resource : [],
  );
  const { NotificationConfiguration } = v.parse(bucketProperties, of.resources["ListsBucket"]?.Properties);
  const told = NotificationConfiguration.QueueConfigurations.flatMap(({ Filter, Queue }) =>
    rights[`ListsBucket/${Filter.S3Key.Rules[0].Value}*`]?.includes("PutObject") ? shortName(Queue) : [],
  );
  return [...sent, ...told];
}

/** Functions whose messages may come back to them, directly or by way of others. */
function inCircles(of: Template): string[] {
  const all = of.functions;
  const next = (name: string): string[] => {
    const written = queuesWritten(name, of);
    return Object.keys(all).filter((other) => all[other] && queuesRead(all[other]).some((q) => written.includes(q)));
  };
  return Object.keys(all).filter((start) => {
    const reached = new Set(next(start));
    for (const name of reached) for (const further of next(name)) reached.add(further);
    return reached.has(start);
  });
}

describe("Lambda's detection of loops", () => {
  const allowed = ({ functions: all }: Template) =>
    Object.keys(all).filter((name) => all[name]?.["recursiveLoop"] === "Allow");

  it("is off for exactly the functions whose messages go round on purpose", () => {
    expect(allowed(template)).toEqual(inCircles(template));
    expect(allowed(template)).toEqual(["dispatch", "importList", "exportOutcomes", "deliverExpress", "deliverBulk"]);
  });

  it("would be missed on one of them", () => {
    const without = readTemplate((file) => readText(file).replace("recursiveLoop: Allow", ""));
    expect(allowed(without)).not.toEqual(inCircles(without));
  });

  it("follows objects too: whoever puts one that S3 tells its own queue of stands in a circle", () => {
    const told = readTemplate((file) => readText(file).replace("Value: jobs/", "Value: lists/"));
    expect(inCircles(told).filter((name) => !inCircles(template).includes(name))).toEqual(["takeRequest"]);
  });

  it("puts what it stops where an alarm hears of it: every queue that calls a function has dead letters, and they are watched", () => {
    const watched = rightsOf("dispatch");
    for (const queue of Object.values(template.functions).flatMap(queuesRead)) {
      const letters = queue.replace(/Queue$/, "DeadLetters");
      const { RedrivePolicy, QueueName } = template.resources[queue]?.Properties ?? {};
      expect(RedrivePolicy).toMatchObject({ deadLetterTargetArn: { "Fn::GetAtt": `${letters}.Arn` } });
      expect(template.resources[letters]?.Properties["QueueName"]).toBe(`${QueueName}-dead-letters`); // so they are found
      expect(watched[letters]).toEqual(["GetQueueAttributes"]);
    }
  });
});
