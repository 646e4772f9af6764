import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  type UpdateTimeToLiveCommandInput,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { LocalError } from "./local-error.ts";
import { declaredOf, type Made, type Properties, type Resources } from "./template.ts";

/** Make every table that `resources` declares; those that are there keep their items. */
export async function createTables(dynamo: DynamoDBClient, resources: Resources): Promise<Map<string, Made>> {
  const made = new Map<string, Made>();
  for (const [id, properties] of declaredOf(resources, "AWS::DynamoDB::Table")) {
    const TableName = String(properties["TableName"]);
    const found = await describe(dynamo, TableName);
    if (found === undefined) await createTable(dynamo, TableName, properties);
    else assertSameIndexes(found, properties);
    made.set(id, {
      ref: TableName,
      arn: `arn:aws:dynamodb:${await dynamo.config.region()}:000000000000:table/${TableName}`,
    });
  }
  return made;
}

async function createTable(dynamo: DynamoDBClient, TableName: string, properties: Properties): Promise<void> {
  const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = properties;
  const shape = { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } as CreateTableCommandInput;
  try {
    await dynamo.send(new CreateTableCommand({ ...shape, TableName }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error; // another stack on this database makes it at this moment
  }
  await waitUntilTableExists({ client: dynamo, minDelay: 1, maxWaitTime: 20 }, { TableName });
  const { TimeToLiveSpecification } = properties as Partial<UpdateTimeToLiveCommandInput>;
  if (TimeToLiveSpecification === undefined) return;
  try {
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "UnknownOperationException")) throw error; // dynalite never expires
  }
}

async function describe(dynamo: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamo.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function assertSameIndexes(found: TableDescription, { GlobalSecondaryIndexes = [] }: Properties): void {
  const names = (indexes: unknown) =>
    (indexes as { IndexName: string }[])
      .map(({ IndexName }) => IndexName)
      .sort()
      .join();
  if (names(found.GlobalSecondaryIndexes ?? []) === names(GlobalSecondaryIndexes)) return;
  throw new LocalError(
    `table ${found.TableName} in LOCAL_DATA_DIR has other indexes than serverless.yml: remove that folder`,
  );
}
