import { volley } from "../clients/sdk/src/client.ts";
import { BadUse } from "./bad-use.ts";
import { connectionOf } from "./smoke-access.ts";
import { parseSmoke, runSmoke, USAGE } from "./smoke-command.ts";

// `npm run smoke`: whether a stage sends, from outside.

try {
  const smoke = parseSmoke(process.argv.slice(2), process.env);
  if (smoke === "help") {
    process.stdout.write(`${USAGE}\n`);
  } else {
    const { shown, exitCode } = await runSmoke(volley(await connectionOf(smoke)), smoke);
    process.stdout.write(`${JSON.stringify(shown, undefined, smoke.json ? undefined : 2)}\n`);
    process.exitCode = exitCode;
  }
} catch (error) {
  if (!(error instanceof BadUse)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
