import { globSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { METRICS, TOGETHER } from "../lib/wire/metrics.ts";
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
  AlarmDescription: v.string(),
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
    return [{ id, hears: [v.parse(metric, Properties)], ...alarm }];
  });
const heard = (from = template): Heard[] => alarmsOf(from).flatMap(({ hears }) => hears);
const ours = (from = template): Heard[] => heard(from).filter(({ Namespace }) => Namespace === "Volley");
const namesOf = (all: readonly Heard[]): string[] => all.map(({ MetricName }) => MetricName);
const alarm = (id: string) => alarmsOf().find((one) => one.id === id);

describe("alarms", () => {
  it("hear every metric that is declared, alone or together with others, once, and no other", () => {
    const parts = namesOf(ours()).flatMap((name) => TOGETHER[name as keyof typeof TOGETHER] ?? [name]);
    expect(parts.sort()).toEqual(Object.keys(METRICS).sort());
    expect(namesOf(ours())).toEqual(expect.arrayContaining(Object.keys(TOGETHER)));
    const misspelled = readTemplate((file) => readText(file).replace("MetricName: NotSent", "MetricName: NotSnt"));
    expect(namesOf(ours(misspelled))).toContain("NotSnt");
  });

  it("that hear several metrics name each of them: whoever is woken knows where to look", () => {
    for (const [name, parts] of Object.entries(TOGETHER)) {
      for (const part of parts) expect(alarm(`${name}Alarm`)?.AlarmDescription).toContain(part);
    }
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
    expect(alarm("OverdueAlarm")).toMatchObject({
      Statistic: "Maximum",
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: expect.stringContaining("param:shareAgeSeconds"),
      DatapointsToAlarm: 2,
      EvaluationPeriods: 2,
    });
  });

  it("ring on until what is urgent was seen to be over: all queues of dead letters were looked into meanwhile", () => {
    const urgent = alarm("UrgentAlarm");
    const queues = Object.values(template.resources).filter(({ Type }) => Type === "AWS::SQS::Queue").length / 2;
    expect(urgent).toMatchObject({ Period: 60, DatapointsToAlarm: 1 });
    expect(urgent?.EvaluationPeriods).toBeGreaterThan(2 * queues);
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
