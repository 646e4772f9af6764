import { describe, expect, it } from "vitest";
import { eventSourcesOf } from "../../local/event-sources.ts";
import { plainEnvironment, upstreamKeys } from "../../local/functions-env.ts";
import { readLocalSettings } from "../../local/settings.ts";
import { resolveIn } from "../../local/template.ts";

const made = new Map([["Queue", { ref: "http://127.0.0.1:1/q", arn: "arn:q" }]]);

describe("resolveIn", () => {
  it("replaces references wherever they stand", () => {
    const value = {
      a: [{ Ref: "Queue" }],
      b: { "Fn::GetAtt": ["Queue", "Arn"] },
      c: { "Fn::GetAtt": "Queue.Arn" },
      d: 1,
    };
    expect(resolveIn(value, made)).toEqual({ a: ["http://127.0.0.1:1/q"], b: "arn:q", c: "arn:q", d: 1 });
  });

  it.each([
    { value: { Ref: "Topic" }, want: "made no Topic" },
    { value: { "Fn::GetAtt": ["Queue", "QueueName"] }, want: "knows no QueueName of Queue" },
  ])("says what it cannot: $want", ({ value, want }) => {
    expect(() => resolveIn(value, made)).toThrow(want);
  });
});

describe("eventSourcesOf", () => {
  const definition = { name: "volley-local-deliver", handler: ".build/deliver.handler" };

  it("reads a mapping, with Lambda's own defaults", () => {
    const sqs = { arn: { "Fn::GetAtt": ["Queue", "Arn"] } };
    expect(eventSourcesOf({ ...definition, events: [{}, { sqs }] }, "/house", made)).toEqual([
      {
        functionName: "volley-local-deliver",
        bundle: "/house/.build/deliver.mjs",
        exportName: "handler",
        timeoutMs: 6_000,
        memorySize: 1024,
        queueUrl: "http://127.0.0.1:1/q",
        queueArn: "arn:q",
        batchSize: 10,
        maximumConcurrency: 10,
        reportsFailures: false,
      },
    ]);
  });
});

describe("the functions' environment", () => {
  it("has plain strings, and keys instead of the name of a secret", () => {
    const environment = { QUEUE: { Ref: "Queue" }, QUOTA: 5, VOLC_SECRET_ID: "volley/local/volcengine" };
    const keys = upstreamKeys({ VOLC_ACCESSKEY: "a", VOLC_SECRETKEY: "s", VOLC_SESSION_TOKEN: "t" });
    expect(plainEnvironment(environment, made, keys)).toEqual({
      QUEUE: "http://127.0.0.1:1/q",
      QUOTA: "5",
      VOLC_ACCESSKEY: "a",
      VOLC_SECRETKEY: "s",
      VOLC_SESSION_TOKEN: "t",
    });
  });

  it("needs keys of its own for an upstream that is not the simulator", () => {
    expect(() => upstreamKeys({ RTC_ENDPOINT: "http://127.0.0.1:9", VOLC_ACCESSKEY: "a" })).toThrow(
      "RTC_ENDPOINT is set: VOLC_ACCESSKEY and VOLC_SECRETKEY must be set too",
    );
  });
});

describe("readLocalSettings", () => {
  it("has a default for each, also where the value is empty", () => {
    const want = {
      port: 3000,
      simulatorPort: 0,
      dynamodb: "dynalite",
      dataDir: undefined,
      queueVisibilitySeconds: 300,
    };
    expect(readLocalSettings({})).toEqual(want);
    expect(readLocalSettings({ PORT: "", LOCAL_DATA_DIR: "", LOCAL_DYNAMODB: "" })).toEqual(want);
  });

  it.each(["-1", "65536", "1e3", "3000 "])("refuses PORT %j", (PORT) => {
    expect(() => readLocalSettings({ PORT })).toThrow("PORT must be a whole number from 0 to 65535");
  });

  it("refuses an engine that it does not know", () => {
    expect(() => readLocalSettings({ LOCAL_DYNAMODB: "oracle" })).toThrow(
      "LOCAL_DYNAMODB must be dynalite or java, got oracle",
    );
  });

  it.each(["0", "3601", "1.5"])("refuses QUEUE_VISIBILITY_SECONDS %j", (QUEUE_VISIBILITY_SECONDS) => {
    const want = "QUEUE_VISIBILITY_SECONDS must be a whole number from 1 to 3600";
    expect(() => readLocalSettings({ QUEUE_VISIBILITY_SECONDS })).toThrow(want);
  });
});
