import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S } from "../../lib/adapters/dynamo-attributes.ts";
import { dynamoExportStore } from "../../lib/adapters/dynamo-export-store.ts";
import { applyToExport } from "../../lib/domain/outcome-export.ts";
import { exportStoreContract } from "../contracts/export-store.ts";
import { NOW } from "../support/a-job.ts";
import { anExport } from "../support/an-export.ts";
import { loseAnswers } from "../support/bent-client.ts";
import { RESULTS, resultsTable } from "../support/results-table.ts";
import { engines, startTables } from "./engines.ts";

describe.each(engines)("exports on $name", (engine) => {
  let started: Awaited<ReturnType<typeof startTables>>;
  let client: DynamoDBClient;
  beforeAll(async () => {
    started = await startTables(engine, [resultsTable()]);
    client = started.makeClient();
  });
  afterAll(() => started?.stop());

  exportStoreContract(engine.name, () => dynamoExportStore({ client, table: RESULTS }));

  it("stand under their run, and expire with the job", async () => {
    const one = anExport({ request: { format: "csv", status: "failed" } });
    await dynamoExportStore({ client, table: RESULTS }).write(one, undefined, NOW + 1_500);
    const Key = { pk: S(`RUN#${one.run}`), sk: S("EXPORT#csv#failed#") };
    const { Item } = await client.send(new GetItemCommand({ TableName: RESULTS, Key }));
    expect(Item).toMatchObject({ file: S(one.file), expiresAt: { N: String(NOW / 1_000 + 2) } });
  });

  it.each([
    { when: "one: the SDK repeats the write and finds its own", times: 1 },
    { when: "all of the SDK's tries", times: Number.POSITIVE_INFINITY },
  ])("know their own write although its answer got lost: $when", async ({ times }) => {
    const losing = dynamoExportStore({ client: loseAnswers(started.makeClient(), times), table: RESULTS });
    const one = anExport();
    expect(await losing.write(one, undefined, NOW)).toBe(true);
    const next = applyToExport(one, { rows: 1 });
    expect(await losing.write(next, one, NOW)).toBe(true);
    expect(await losing.find(one.run, one.request)).toEqual(next);
  });

  it("do not take another's write for their own, though it is the same", async () => {
    const losing = dynamoExportStore({ client: loseAnswers(started.makeClient(), 1), table: RESULTS });
    const one = anExport();
    await dynamoExportStore({ client, table: RESULTS }).write(one, undefined, NOW);
    expect(await losing.write(one, undefined, NOW)).toBe(false);
  });
});
