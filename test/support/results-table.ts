import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { readTemplate } from "./read-template.ts";

export const RESULTS = "results";

const keys = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) }));
const projection = v.object({
  ProjectionType: v.picklist(["ALL", "INCLUDE", "KEYS_ONLY"]),
  NonKeyAttributes: v.exactOptional(v.array(v.string())),
});
const table = v.object({
  BillingMode: v.literal("PAY_PER_REQUEST"),
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) })),
  KeySchema: keys,
  GlobalSecondaryIndexes: v.array(v.object({ IndexName: v.string(), KeySchema: keys, Projection: projection })),
});

/** The results table as the template declares it, under another name. */
export const resultsTable = (TableName = RESULTS): CreateTableCommandInput => ({
  TableName,
  ...v.parse(table, readTemplate().resources["ResultsTable"]?.Properties),
});
