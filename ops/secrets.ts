import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SMALL_CALL } from "../lib/wire/deadlines.ts";
import { BadUse } from "./bad-use.ts";
import { checkKeys } from "./check-keys.ts";
import { localSecretsPath } from "./local-secrets-path.ts";
import { readKeys } from "./read-keys.ts";
import { parseSecretsCommand, runSecrets, sayShown, USAGE } from "./secrets-command.ts";
import { type SecretsStore, secretsFile, stageSecrets } from "./secrets-store.ts";
import { stageAccounts } from "./stage-accounts.ts";

// `npm run secrets`: the keys of Volcengine accounts. A stage takes new ones without a deploy.

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof BadUse ? error.message : nameOf(error)}\n`);
  process.exitCode = error instanceof BadUse ? 2 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const command = parseSecretsCommand(args);
  if (command.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { stage, region = "ap-southeast-1", param = [] } = command;
  if (stage === undefined) throw new BadUse("--stage is missing");
  const accounts = stageAccounts(stage, param, process.env);
  if (command.check && accounts.some(({ endpoint }) => endpoint === "")) {
    throw new BadUse("RTC_ENDPOINT is not set: npm start prints the simulator's address as rtc");
  }
  const say = (words: string) => void process.stderr.write(words);
  const { shown, exitCode } = await runSecrets(command, accounts, {
    store: storeOf(stage, region),
    readKeys: () => readKeys(process.env, process.stdin, say),
    check: (account, keys) => checkKeys(account, keys, Date.now),
  });
  process.stdout.write(`${command.json ? JSON.stringify(shown) : sayShown(shown)}\n`);
  return exitCode;
}

function storeOf(stage: string, region: string): SecretsStore {
  if (stage === "local") return secretsFile(localSecretsPath(process.env));
  return stageSecrets(new SecretsManagerClient({ region, maxAttempts: 3, requestHandler: SMALL_CALL }));
}

/** Errors of the SDK name hosts and codes; none of them holds what was to be written. */
function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
