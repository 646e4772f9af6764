import { globSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { METRICS } from "../lib/wire/metrics.ts";
import { readTemplate, readText } from "./support/read-template.ts";

// Every alarm can ring: it listens to what somebody counts, and it hears long enough. And somebody says what to do then.

const root = join(import.meta.dirname, "..");
const template = readTemplate();

const metric = v.object({
  Namespace: v.string(),
  MetricName: v.string(),
  Dimensions: v.array(v.object({ Name: v.string(), Value: v.unknown() })),
});
type Heard = v.InferOutput<typeof metric>;
const properties = v.looseObject({
  Metrics: v.optional(v.array(v.looseObject({ MetricStat: v.optional(v.looseObject({ Metric: metric })) }))),
  EvaluationPeriods: v.number(),
  DatapointsToAlarm: v.optional(v.number()),
  TreatMissingData: v.string(),
  AlarmActions: v.unknown(),
});

/** Every alarm, and each metric that it listens to. */
const alarmsOf = ({ resources } = template) =>
  Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== "AWS::CloudWatch::Alarm") return [];
    const alarm = v.parse(properties, Properties);
    const hears = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [v.parse(metric, Properties)];
    return [{ id, hears, ...alarm }];
  });
const heard = (from = template): Heard[] => alarmsOf(from).flatMap(({ hears }) => hears);
const ours = (from = template): Heard[] => heard(from).filter(({ Namespace }) => Namespace === "Volley");
const namesOf = (all: readonly Heard[]): string[] => all.map(({ MetricName }) => MetricName);
const alarm = (id: string) => alarmsOf().find((one) => one.id === id);

describe("alarms", () => {
  it("listen to every metric that is declared, and to no other", () => {
    expect(namesOf(ours()).sort()).toEqual(Object.keys(METRICS).sort());
    const misspelled = readTemplate((file) => readText(file).replace("MetricName: NotSent", "MetricName: NotSnt"));
    expect(namesOf(ours(misspelled)).sort()).not.toEqual(Object.keys(METRICS).sort());
  });

  it("listen to metrics that code counts: each name stands in lib/wire beside its declaration", () => {
    const sources = globSync("lib/wire/*.ts", { cwd: root }).filter((file) => file !== "lib/wire/metrics.ts");
    const text = sources.map(readText).join("");
    const isCounted = (name: string) => text.includes(`"${name}"`);
    expect(Object.keys(METRICS).filter((name) => !isCounted(name))).toEqual([]);
    expect(isCounted("NobodyCountsThis")).toBe(false);
  });

  it("hear the stage's own metrics, under the name that its functions write", () => {
    const { POWERTOOLS_SERVICE_NAME: Value, POWERTOOLS_METRICS_NAMESPACE: namespace } = template.provider.environment;
    expect(namespace).toBe("Volley");
    for (const { MetricName, Dimensions } of ours()) {
      expect({ MetricName, Dimensions }).toEqual({ MetricName, Dimensions: [{ Name: "service", Value }] });
    }
  });

  it("are told to a topic, each", () => {
    const actions = [{ "Fn::If": ["SomeoneHearsAlarms", { Ref: "AlarmTopicArn" }, { Ref: "AWS::NoValue" }] }];
    for (const { id, AlarmActions } of alarmsOf()) expect({ id, AlarmActions }).toEqual({ id, AlarmActions: actions });
  });

  it("take silence for good, but those that listen for it", () => {
    const silent = alarmsOf().filter(({ TreatMissingData }) => TreatMissingData !== "notBreaching");
    expect(silent.map(({ id, TreatMissingData }) => [id, TreatMissingData])).toEqual([
      ["NoDispatchAlarm", "breaching"],
      ["NoPublishAlarm", "breaching"],
    ]);
  });

  it("add up ten metrics at the most, which is what CloudWatch takes", () => {
    expect(Math.max(...alarmsOf().map(({ hears }) => hears.length))).toBe(10);
  });

  it("ring for failing functions in three of five minutes, at once for those that may run a quarter of an hour", () => {
    const errors = alarmsOf().filter(({ hears }) => namesOf(hears).includes("Errors"));
    const found = errors.map(({ id, DatapointsToAlarm, EvaluationPeriods }) => [
      id,
      DatapointsToAlarm,
      EvaluationPeriods,
    ]);
    expect(found).toEqual([
      ["DeliverExpressErrorsAlarm", 3, 5],
      ["DeliverBulkErrorsAlarm", 3, 5],
      ["TakeRequestErrorsAlarm", 3, 5],
      ["ImportListErrorsAlarm", 1, 1],
      ["ExportOutcomesErrorsAlarm", 1, 1],
    ]);
  });

  it("ring when tasks are not done in the time in which they are queued anew, twice", () => {
    for (const id of ["BulkAgeAlarm", "ExpressOverdueAlarm"]) {
      expect(alarm(id)).toMatchObject({
        Statistic: "Maximum",
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        Threshold: expect.stringContaining("param:shareAgeSeconds"),
        DatapointsToAlarm: 2,
        EvaluationPeriods: 2,
      });
    }
  });

  it("hear throttles of every function that a queue calls, of both tables and of every index", () => {
    const named = (id: string): string[] =>
      (alarm(id)?.hears ?? []).map(({ MetricName, Dimensions }) => {
        const { Value } = Dimensions.at(-1) ?? {};
        return `${MetricName} ${typeof Value === "string" ? Value : (Value as { Ref: string }).Ref}`;
      });
    const called = Object.entries(template.functions).filter(([, { events }]) => events.some(({ sqs }) => sqs));
    const logical = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
    expect(named("ThrottlesAlarm").sort()).toEqual(called.map(([name]) => `Throttles ${logical(name)}`).sort());
    const both = (name: string) => [`ReadThrottleEvents ${name}`, `WriteThrottleEvents ${name}`];
    expect(named("TablesThrottledAlarm")).toEqual(["ResultsTable", "QuotaTable"].flatMap(both));
    const { GlobalSecondaryIndexes } = template.resources["ResultsTable"]?.Properties ?? {};
    const indexes = v.parse(v.array(v.looseObject({ IndexName: v.string() })), GlobalSecondaryIndexes);
    expect(named("IndexesThrottledAlarm")).toEqual(indexes.map(({ IndexName }) => IndexName).flatMap(both));
  });

  it("cost what the document says: by the metric", () => {
    expect(readText("docs/COST.md")).toContain(`${alarmsOf().length} alarms on ${heard().length} metrics`);
  });

  it("each have a row in the runbook, and no other alarm has", () => {
    const [, table = ""] = readText("docs/RUNBOOK.md").split("## Alarms");
    const rows = table
      .slice(0, table.indexOf("\n## "))
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(
      alarmsOf()
        .map(({ id }) => id)
        .sort(),
    );
  });
});
