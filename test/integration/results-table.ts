import { readFileSync } from "node:fs";
import type { AttributeDefinition, CreateTableCommandInput, KeySchemaElement } from "@aws-sdk/client-dynamodb";

export const RESULTS = "results";

/** The results table as serverless.yml declares it, read by its lines: no YAML parser is ours. */
export function resultsTable(): CreateTableCommandInput {
  const yml = readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8");
  const block = /\n {4}ResultsTable:\n(.*?)\n {4}[A-Z]/s.exec(yml)?.[1] ?? "";
  const [own = "", ...indexes] = block.split(/- IndexName: /);
  const attributes = [...own.matchAll(/AttributeName: (\w+), AttributeType: (\w)/g)];
  return {
    TableName: RESULTS,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map(
      ([, AttributeName, AttributeType]) => ({ AttributeName, AttributeType }) as AttributeDefinition,
    ),
    KeySchema: keysOf(own),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: /^\w+/.exec(index)?.[0],
      KeySchema: keysOf(index),
      Projection: /KEYS_ONLY/.test(index)
        ? { ProjectionType: "KEYS_ONLY" }
        : { ProjectionType: "INCLUDE", NonKeyAttributes: summaryIn(block) },
    })),
  };
}

const keysOf = (text: string): KeySchemaElement[] =>
  [...text.matchAll(/AttributeName: (\w+), KeyType: (\w+)/g)].map(
    ([, AttributeName, KeyType]) => ({ AttributeName, KeyType }) as KeySchemaElement,
  );

/** Both lists of jobs show the same; the second refers to the first. */
const summaryIn = (block: string): string[] => /NonKeyAttributes: \[(.*)\]/.exec(block)?.[1]?.split(", ") ?? [];
