import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { BUCKET_CALL, SMALL_CALL } from "../lib/wire/deadlines.ts";
import { BadUse } from "./bad-use.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { parseRemove, USAGE } from "./remove-command.ts";
import { resourcesOf } from "./stack-of.ts";
import { planRemoval, sayWhatStays } from "./what-stays.ts";

// `npm run remove`: takes a stage away, and says what stays.

try {
  const { stage, region } = parseRemove(process.argv.slice(2));
  const small = { region, maxAttempts: 4, requestHandler: SMALL_CALL };
  const plan = planRemoval(await resourcesOf(new CloudFormationClient(small), `volley-${stage}`));
  await assertUnprotected(new DynamoDBClient(small), plan.tables);
  const s3 = new S3Client({ region, maxAttempts: 4, requestHandler: BUCKET_CALL, forcePathStyle: true });
  for (const bucket of plan.buckets) await emptyBucket(s3, bucket);
  removeStack(stage, region);
  process.stdout.write(`${sayWhatStays(stage, plan).join("\n")}\n`);
} catch (error) {
  if (error instanceof BadUse) process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  else process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
  process.exitCode = error instanceof BadUse ? 2 : 1;
}

/** Before anything is gone: CloudFormation would delete the rest and stop at the tables. */
async function assertUnprotected(client: DynamoDBClient, tables: readonly string[]): Promise<void> {
  for (const TableName of tables) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (!Table?.DeletionProtectionEnabled) continue;
    throw new BadUse(`${TableName} is protected: deploy once with --param="tableProtection=false", then remove`);
  }
}

/** @throws {Error} if the deploy CLI could not remove it; it has said why */
function removeStack(stage: string, region: string): void {
  const cli = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");
  const { status } = spawnSync(process.execPath, [cli, "remove", "--stage", stage, "--region", region], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`serverless remove ended with ${status}`);
}
