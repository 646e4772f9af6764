import { readTemplate } from "../test/support/read-template.ts";
import { FLEETS, type Fleet } from "./simulated-fleet.ts";

/** A function of serverless.yml whose parameters have the values that a stage has by default. */
export function stageFunction(name: string) {
  const { functions, params } = readTemplate();
  const definition = functions[name];
  if (definition === undefined) throw new Error(`serverless.yml has no function ${name}`);
  const defaults = params["default"] ?? {};
  const filled = JSON.stringify(definition).replaceAll(/"\$\{param:(\w+)\}"/g, (text, parameter: string) =>
    parameter in defaults ? JSON.stringify(defaults[parameter]) : text,
  );
  return JSON.parse(filled) as typeof definition;
}

/** deliverExpress as serverless.yml has it. @param pollMs how soon an idle worker finds new messages */
export function expressFleet(pollMs: number): Fleet {
  const { sqs } = stageFunction("deliverExpress").events.find((event) => event.sqs) ?? {};
  const [processes, messages] = [Number(sqs?.["maximumConcurrency"]), Number(sqs?.["batchSize"])];
  return { ...FLEETS.express, processes, messages, pollMs };
}

/** Memory of a function, GB. */
export function gbOf(name: string): number {
  const { memorySize = readTemplate().provider.memorySize } = stageFunction(name) as { memorySize?: unknown };
  return Number(memorySize) / 1_024;
}
