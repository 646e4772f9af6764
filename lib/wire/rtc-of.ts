import { fileSecrets } from "../adapters/file-secrets.ts";
import { noAccountRtc } from "../adapters/no-account-rtc.ts";
import { rtcCredentials } from "../adapters/rtc-credentials.ts";
import { secretsManager } from "../adapters/secrets-manager.ts";
import { undiciRtc } from "../adapters/undici-rtc.ts";
import type { Config } from "../config.ts";
import { senderOf } from "../domain/account.ts";
import type { Rtc } from "../ports/rtc.ts";
import { makeSecretsManager, now } from "./common.ts";

/**
 * By whose keys the jobs of an account are sent, and where to: each account has sockets, keys and a clock's difference of its
 * own. Keys in the environment are those of the only account.
 */
export function makeRtcOf({ accounts, credentials, secretsFile, rtc }: Config): (account: string) => Rtc {
  const getSecret = secretsFile === undefined ? secretsManager(makeSecretsManager) : fileSecrets(secretsFile);
  const byName = new Map(
    accounts.all.map(({ name, appIds, endpoint, region, secretId }) => {
      const keys = appIds === undefined ? credentials : NO_KEYS;
      const own = rtcCredentials({ ...keys, secretId }, getSecret);
      return [name, undiciRtc({ endpoint, region, timeoutMs: rtc.callTimeoutMs, credentials: own, now })];
    }),
  );
  return (account) => byName.get(senderOf(accounts, account)?.name ?? "") ?? noAccountRtc;
}

const NO_KEYS = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined };
