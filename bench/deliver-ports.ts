import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoBatchRowStore } from "../lib/adapters/dynamo-batch-row-store.ts";
import { dynamoDispatchLock } from "../lib/adapters/dynamo-dispatch-lock.ts";
import { dynamoDueJobs } from "../lib/adapters/dynamo-due-jobs.ts";
import { dynamoJobStore } from "../lib/adapters/dynamo-job-store.ts";
import { dynamoMessageStore } from "../lib/adapters/dynamo-message-store.ts";
import { dynamoTallies } from "../lib/adapters/dynamo-tallies.ts";
import { dynamoTokenBucket } from "../lib/adapters/dynamo-token-bucket.ts";
import { undiciRtc } from "../lib/adapters/undici-rtc.ts";
import { REQUIRED, readConfig } from "../lib/config.ts";
import { SOLE_ACCOUNT } from "../lib/domain/account.ts";
import type { QuotaPolicy } from "../lib/domain/quota/ledger.ts";
import type { Clock } from "../lib/ports/clock.ts";
import { QUOTA, RESULTS } from "./deliver-stage.ts";
import type { ProcessPorts } from "./simulated-stack.ts";

/** Every setting as it is by default. */
export const { quota, rtc } = readConfig({
  ...Object.fromEntries(REQUIRED.map((name) => [name, "http://127.0.0.1/bench"])),
  ...{ RESULTS_TABLE: RESULTS, QUOTA_TABLE: QUOTA },
});

/** What lib/wire makes for a process, on the stage's tables and one of its upstreams. @param own the process's clock */
export function dynamoPorts(
  client: DynamoDBClient,
  upstream: string,
  own: Clock,
  { policy = quota, random = () => 0 }: Readonly<{ policy?: QuotaPolicy; random?: () => number }> = {},
) {
  const bucket = dynamoTokenBucket({ client, table: QUOTA, policy, now: own.now, sleep: own.sleep, random });
  const table = { client, table: RESULTS };
  const calls = undiciRtc({
    ...{ endpoint: upstream, region: rtc.region, timeoutMs: rtc.callTimeoutMs, now: Date.now },
    credentials: async () => ({ accessKeyId: "AKLTinvented", secretAccessKey: "bm90LXJlYWw=" }),
  });
  // The upstream lives in real time: it must not take a simulated slot for one that is over.
  const send: typeof calls.send = (message, receivers) => calls.send(message, receivers, Number.POSITIVE_INFINITY);
  const ports: ProcessPorts = {
    bucket,
    rows: dynamoBatchRowStore({ ...table, companion: bucket.companion(SOLE_ACCOUNT) }),
    jobs: dynamoJobStore(table),
    due: dynamoDueJobs(table),
    messages: dynamoMessageStore(table),
    tallies: dynamoTallies(table),
    lock: dynamoDispatchLock(table),
    rtc: { prepare: calls.prepare, send },
  };
  return { ports, close: () => calls.close() };
}
