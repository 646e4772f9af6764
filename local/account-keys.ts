import { randomBytes } from "node:crypto";
import type { Account } from "../lib/domain/account.ts";
import type { SecretsStore } from "../ops/secrets-store.ts";
import { LocalError } from "./local-error.ts";

/**
 * See to it that every account has keys: for the simulator some are drawn, a real upstream needs real ones.
 *
 * @throws {LocalError} naming every account without keys
 */
export async function makeAccountKeys(
  accounts: readonly Account[],
  store: SecretsStore,
  isSimulated: boolean,
): Promise<void> {
  const without: string[] = [];
  for (const { name, secretId = "" } of accounts) {
    if (typeof (await store.read(secretId)) === "object") continue;
    if (!isSimulated) without.push(name);
    const [id, secret] = [randomBytes(8).toString("hex"), randomBytes(16).toString("hex")];
    if (isSimulated) await store.write(secretId, { accessKeyId: `AKLTlocal${id}`, secretAccessKey: secret });
  }
  if (without.length === 0) return;
  const lines = without.map((name) => `npm run secrets -- --stage local --account ${name}`);
  throw new LocalError(["RTC_ENDPOINT is set, and accounts have no keys:", ...lines].join("\n"));
}
