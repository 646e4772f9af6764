import { DescribeTableCommand, type DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";

/**
 * Let the tables refuse to be deleted, whoever asks, or end that. Done by the deploy after the stack is there: what
 * CloudFormation has made and protected already it cannot take back when the rest of a first deploy fails, and it would
 * stand in the way of the next one.
 *
 * @param tables names
 */
export async function protectTables(
  client: DynamoDBClient,
  tables: readonly string[],
  isWanted: boolean,
): Promise<void> {
  for (const TableName of tables) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if ((Table?.DeletionProtectionEnabled ?? false) === isWanted) continue;
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: isWanted }));
  }
}
