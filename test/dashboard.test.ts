import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { PRICES } from "../bench/prices.ts";
import { gbOf } from "../bench/stage-function.ts";
import { FIGURES, METRICS } from "../lib/wire/metrics.ts";
import { readTemplate, readText } from "./support/read-template.ts";

const widget = v.object({
  properties: v.looseObject({ metrics: v.array(v.array(v.union([v.string(), v.record(v.string(), v.unknown())]))) }),
});
const schema = v.object({ widgets: v.array(widget) });
const SERVICE = readTemplate().provider.environment["POWERTOOLS_SERVICE_NAME"];
const SEARCHED = /\{([\w/]+),([\w,]+)\} (.+?)(?: )?MetricName="(\w+)"/;

/** Everything the dashboard shows: a metric as namespace, name and dimensions, or what an expression says. */
function shown(read = readText) {
  const body = readTemplate(read).resources["Dashboard"]?.Properties["DashboardBody"];
  const text = v.parse(v.object({ "Fn::Sub": v.string() }), body)["Fn::Sub"];
  const { widgets } = v.parse(schema, JSON.parse(text));
  return widgets.flatMap(({ properties }) => properties.metrics);
}

const expressions = (of = shown()): string[] =>
  of.flatMap((metric) => metric.flatMap((part) => (typeof part === "object" ? String(part["expression"] ?? "") : [])));

/** Names of our own metrics: those of the stage, and those of each account. */
function ours(of = shown()) {
  const byStage = of.filter(([namespace]) => namespace === "Volley");
  const byAccount = expressions(of).flatMap((expression) => {
    const [, namespace, dimensions, where, name] = SEARCHED.exec(expression) ?? [];
    return namespace === "Volley" ? [{ dimensions, where, name }] : [];
  });
  return { byStage, byAccount };
}

describe("the dashboard", () => {
  it("shows every metric that an alarm hears, and no other, of this stage", () => {
    const { byStage } = ours();
    expect(byStage.map(([, name]) => name).sort()).toEqual(Object.keys(METRICS).sort());
    for (const [, , dimension, value] of byStage) expect([dimension, value]).toEqual(["service", SERVICE]);
    const misspelled = shown((file) => readText(file).replace('"Volley", "HeldFlow"', '"Volley", "HeldFlw"'));
    expect(
      ours(misspelled)
        .byStage.map(([, name]) => name)
        .sort(),
    ).not.toEqual(Object.keys(METRICS).sort());
  });

  it("shows every figure of an account, and no other, of this stage", () => {
    const { byAccount } = ours();
    expect([...new Set(byAccount.map(({ name }) => name))].sort()).toEqual(Object.keys(FIGURES).sort());
    for (const { dimensions, where } of byAccount) {
      expect([dimensions, where]).toEqual(["service,account", `service="${SERVICE}"`]);
    }
  });

  it("names functions, tables and queues that the template makes", () => {
    const { functions, resources } = readTemplate();
    const names = Object.keys(functions).map((name) => `\${self:service}-\${sls:stage}-${name}`);
    for (const { Properties } of Object.values(resources)) {
      for (const name of ["TableName", "QueueName"]) names.push(String(Properties[name]));
    }
    const theirs = shown().filter(([namespace]) => typeof namespace === "string" && namespace !== "Volley");
    expect(theirs.length).toBeGreaterThan(0);
    for (const [, , , value] of theirs) expect(names).toContain(value);
  });

  it("prices what the stage spends as the bench does, with the memory that the workers have", () => {
    const all = expressions().join("\n");
    const price = (unit: "writeUnit" | "readUnit" | "gbSecond" | "sqsRequest") =>
      PRICES[unit].toFixed(10).replace(/0+$/, "");
    for (const unit of ["writeUnit", "readUnit", "gbSecond", "sqsRequest"] as const) {
      expect(all).toContain(`*${price(unit)}`);
    }
    expect(all).toContain(`FILL(bulk,0)*${gbOf("deliverBulk")}+FILL(express,0)*${gbOf("deliverExpress")}`);
  });
});
