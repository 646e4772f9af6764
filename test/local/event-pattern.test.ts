import { describe, expect, it } from "vitest";
import { compilePattern } from "../../local/event-pattern.ts";
import { busesOf, rulesOf } from "../../local/event-rules.ts";
import { readTemplate } from "../support/read-template.ts";

const EVENT = {
  "detail-type": "BatchSendMessage",
  source: "com.example.chat",
  resources: ["a", "b"],
  detail: { AppId: 7, Ext: null, Options: { DryRun: false } },
};

describe("a pattern", () => {
  it.each([
    { pattern: { "detail-type": ["BatchSendMessage"] }, want: true },
    { pattern: { "detail-type": ["Other", "BatchSendMessage"], source: ["com.example.chat"] }, want: true },
    { pattern: { "detail-type": ["Other"] }, want: false },
    { pattern: { "detail-type": ["BatchSendMessage"], source: ["other"] }, want: false },
    { pattern: { resources: ["b"] }, want: true },
    { pattern: { resources: ["c"] }, want: false },
    { pattern: { detail: { AppId: [7], Ext: [null], Options: { DryRun: [false] } } }, want: true },
    { pattern: { detail: { AppId: ["7"] } }, want: false },
    { pattern: { detail: { None: ["x"] } }, want: false },
    { pattern: { source: { deep: ["x"] } }, want: false },
    { pattern: { source: [{ prefix: "com.example." }] }, want: true },
    { pattern: { source: [{ prefix: "org." }] }, want: false },
    { pattern: { source: [{ "anything-but": "aws" }] }, want: true },
    { pattern: { source: [{ "anything-but": ["aws", "com.example.chat"] }] }, want: false },
    { pattern: { detail: { None: [{ "anything-but": "x" }] } }, want: false },
    { pattern: { detail: { None: [{ exists: false }], AppId: [{ exists: true }] } }, want: true },
    { pattern: { detail: { AppId: [{ exists: false }] } }, want: false },
  ])("$pattern matches: $want", ({ pattern, want }) => expect(compilePattern(pattern)(EVENT)).toBe(want));

  it.each([
    { pattern: {}, says: "itself must be an object" },
    { pattern: "x", says: "itself must be an object" },
    { pattern: { source: "x" }, says: "/source must be an object" },
    { pattern: { source: [] }, says: "/source must not be empty" },
    { pattern: { source: [{ suffix: "x" }] }, says: "/source/0 uses suffix" },
    { pattern: { detail: { n: [{ numeric: [">", 1] }] } }, says: "/detail/n/0 uses numeric" },
    { pattern: { source: [{ prefix: { "equals-ignore-case": "x" } }] }, says: "/source/0 uses prefix" },
    { pattern: { source: [{ "anything-but": { prefix: "x" } }] }, says: "/source/0 uses anything-but" },
    { pattern: { source: [{ prefix: "a", exists: true }] }, says: "/source/0 must be a value or one comparison" },
    { pattern: { source: [["x"]] }, says: "/source/0 must be a value or one comparison" },
    { pattern: { $or: [{ source: ["x"] }] }, says: "/$or is not known" },
  ])("$pattern is refused: $says", ({ pattern, says }) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ name: "LocalError", message: expect.stringContaining(`EventPattern ${says}`) }),
    );
  });
});

describe("the rules", () => {
  const queue = { ref: "http://127.0.0.1:1/requests", arn: "arn:aws:sqs:requests" };
  const made = new Map([["Queue", queue]]);
  const rule = (Properties: Record<string, unknown>) =>
    rulesOf(
      { Rule: { Type: "AWS::Events::Rule", Properties: { EventPattern: { source: ["x"] }, ...Properties } } },
      made,
    );
  const TARGET = { Id: "q", Arn: { "Fn::GetAtt": "Queue.Arn" } };

  it("of serverless.yml are known: requests come from its bus", () => {
    const { resources } = readTemplate();
    const buses = busesOf(resources);
    const rules = rulesOf(resources, new Map([...buses, ["RequestsQueue", queue], ["RequestsDeadLetters", queue]]));
    expect(rules).toEqual([{ bus: buses.get("EventBus")?.ref, matches: expect.any(Function), queueUrls: [queue.ref] }]);
    expect(rules[0]?.matches(EVENT)).toBe(true);
  });

  it("are none where they are schedules, or disabled", () => {
    expect(rule({ EventPattern: undefined, ScheduleExpression: "rate(1 minute)" })).toEqual([]);
    expect(rule({ State: "DISABLED", Targets: [TARGET] })).toEqual([]);
    expect(rule({ Targets: [TARGET] })).toMatchObject([{ bus: "default", queueUrls: [queue.ref] }]);
  });

  it.each([
    { what: "a target that is no queue", Targets: [{ Id: "q", Arn: "arn:aws:lambda:f" }], says: "is not a queue" },
    { what: "a target that changes the event", Targets: [{ ...TARGET, InputPath: "$.detail" }], says: "no InputPath" },
    {
      what: "a pattern that is unknown",
      EventPattern: { source: [{ suffix: "x" }] },
      Targets: [TARGET],
      says: "uses suffix",
    },
  ])("are refused: $what", ({ what, says, ...properties }) => expect(() => rule(properties)).toThrow(says));
});
