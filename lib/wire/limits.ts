import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Config } from "../config.ts";
import { policyOf } from "../domain/account.ts";
import type { QuotaPolicy } from "../domain/quota/ledger.ts";
import { makeBucket } from "./bucket.ts";
import { clock, now } from "./common.ts";

/** An estimate may rest on limits that were read so long ago. */
const KEEP_MS = 10_000;
/** And is worth no longer wait: a request has its own reads and writes to wait for. */
const MOST_MS = 1_000;

/** The limits that hold for an account, for estimates: of this moment or a little before. If the table is away or slow, the settings. */
export function makeLimitsOf(config: Config, client: DynamoDBClient): (account: string) => Promise<QuotaPolicy> {
  const bucket = makeBucket(config, client);
  const known = new Map<string, Readonly<{ policy: QuotaPolicy; untilMs: number }>>();

  return async function limitsOf(account) {
    const last = known.get(account);
    if (last && now() < last.untilMs) return last.policy;
    const read = bucket.state(account).then(
      (state) => state.policy,
      () => undefined,
    );
    const policy =
      (await Promise.race([read, clock.sleep(MOST_MS)])) ?? last?.policy ?? policyOf(config.accounts, account);
    known.set(account, { policy, untilMs: now() + KEEP_MS });
    return policy;
  };
}
