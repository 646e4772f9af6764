import { join } from "node:path";
import { type Made, resolveIn } from "./template.ts";

/** A function as serverless.yml has it, variables resolved. */
export type FunctionDefinition = Readonly<{
  name: string;
  handler: string;
  timeout?: number;
  memorySize?: number;
  environment?: Record<string, unknown>;
  events: readonly Readonly<{ sqs?: SqsEvent }>[];
}>;
type SqsEvent = Readonly<{
  arn: unknown;
  batchSize?: number;
  maximumConcurrency?: number;
  functionResponseType?: string;
}>;

/** A queue and the function that is called with what arrives there. */
export type EventSource = Readonly<{
  functionName: string;
  /** file of the bundle, and the export in it that is called */
  bundle: string;
  exportName: string;
  timeoutMs: number;
  memorySize: number;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  maximumConcurrency: number;
  reportsFailures: boolean;
}>;

/** The defaults are Lambda's own, but for the concurrency, which has no limit there. */
export function eventSourcesOf(
  definition: FunctionDefinition,
  folder: string,
  made: ReadonlyMap<string, Made>,
): EventSource[] {
  const { name, handler, timeout = 6, memorySize = 1024, events } = definition;
  const [file = "", exportName = ""] = splitHandler(handler);
  return events.flatMap(({ sqs }) => {
    if (sqs === undefined) return [];
    const queueArn = String(resolveIn(sqs.arn, made));
    const queue = [...made.values()].find(({ arn }) => arn === queueArn);
    return {
      functionName: name,
      bundle: join(folder, `${file}.mjs`),
      exportName,
      timeoutMs: timeout * 1000,
      memorySize,
      queueUrl: queue?.ref ?? "",
      queueArn,
      batchSize: sqs.batchSize ?? 10,
      maximumConcurrency: sqs.maximumConcurrency ?? 10,
      reportsFailures: sqs.functionResponseType === "ReportBatchItemFailures",
    };
  });
}

function splitHandler(handler: string): [file: string, exportName: string] {
  const dot = handler.lastIndexOf(".");
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}
