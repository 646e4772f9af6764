import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AppError, Invalid } from "../lib/domain/errors.ts";
import { SMALL_CALL } from "../lib/wire/deadlines.ts";
import { BadUse } from "./bad-use.ts";
import { type Command, parseCommand, runCommand, USAGE } from "./client-command.ts";
import { type ClientsStore, clientsFile, clientsSecret } from "./clients-store.ts";
import { drawCallbackSecret, drawKey } from "./draw-key.ts";
import { localClientsPath } from "./local-clients-path.ts";

// `npm run client`: who may call Volley. Needs no deploy: a stage sees a change within five minutes, the local stack at once.

const draw = { key: () => drawKey(Date.now()), callbackSecret: drawCallbackSecret };

try {
  const command = parseCommand(process.argv.slice(2));
  const shown = await runCommand(command, storeOf(command), draw);
  process.stdout.write(`${JSON.stringify(shown, undefined, command.json ? undefined : 2)}\n`);
} catch (error) {
  if (error instanceof BadUse) process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  else if (error instanceof AppError) process.stderr.write(`${[error.message, ...faultsOf(error)].join("\n")}\n`);
  else process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
  process.exitCode = error instanceof BadUse ? 2 : 1;
}

function storeOf({ stage, region }: Command): ClientsStore {
  if (stage === undefined || stage === "local") return clientsFile(localClientsPath(process.env));
  const client = new SecretsManagerClient({ ...(region && { region }), maxAttempts: 3, requestHandler: SMALL_CALL });
  return clientsSecret(client, `volley/${stage}/clients`);
}

function faultsOf(error: AppError): string[] {
  return error instanceof Invalid ? error.faults.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`) : [];
}
