import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, command } from "../command-line/command.ts";
import { CannotDo } from "../command-line/wrong-use.ts";
import { EXIT } from "../exit-codes.ts";
import type { Say } from "../texts/say.ts";

/** Lives with the deployment: it changes a secret that the API never shows. Found where this runs in the repository. */
const TOOL = join(import.meta.dirname, "..", "..", "..", "..", "ops", "client.ts");

/** Of `npm run client`: option and whether it takes a value. */
const STAGE_ARGS = (say: Say) =>
  ({
    stage: { type: "string", valueHint: "name", description: say("client.stage") },
    region: { type: "string", valueHint: "name", description: say("client.region") },
  }) as const;
const ID = (say: Say) => ({ type: "string", valueHint: "id", required: true, description: say("client.id") }) as const;

/** `volley client`: who may call. Clients are no resource of the API: the command hands over to the deployment's own tool. */
export function clientCommand(say: Say): Command {
  const one = (name: string, args: Parameters<typeof command>[1]["args"] & {}, examples: readonly string[]) =>
    command(`client ${name}`, {
      is: say(`client.${name}.is` as "client.add.is"),
      args: { ...args, ...STAGE_ARGS(say) },
      examples,
      run: (_args, { session, many }) => handOver(name, many, _args["finish"] === true, session.isJson, say),
    });
  return command("client", {
    is: say("client.is"),
    examples: ["client list", "client add --id shop --scopes send,read,control --stage prod"],
    subCommands: {
      add: one(
        "add",
        {
          id: ID(say),
          scopes: { type: "string", valueHint: "scopes", required: true, description: say("client.scopes") },
          "app-ids": { type: "string", valueHint: "ids", description: say("client.app-ids") },
          senders: { type: "string", valueHint: "ids", description: say("client.senders") },
          "max-receivers": { type: "string", valueHint: "n", description: say("client.max-receivers") },
          "requests-per-minute": { type: "string", valueHint: "n", description: say("client.requests-per-minute") },
          "callback-hosts": { type: "string", valueHint: "hosts", description: say("client.callback-hosts") },
        },
        ["client add --id shop --scopes send,read,control --stage prod"],
      ),
      list: one("list", {}, ["client list --stage prod"]),
      rotate: one("rotate", { id: ID(say), finish: { type: "boolean", description: say("client.finish") } }, [
        "client rotate --id shop --stage prod",
        "client rotate --id shop --finish --stage prod",
      ]),
      revoke: one("revoke", { id: ID(say) }, ["client revoke --id shop --stage prod"]),
    },
  });
}

/** Options that are ours and not the tool's. */
const OURS: readonly string[] = ["lang", "profile", "url"];

async function handOver(
  name: string,
  many: ReadonlyMap<string, readonly string[]>,
  finishes: boolean,
  isJson: boolean,
  say: Say,
): Promise<number> {
  if (!existsSync(TOOL)) throw new CannotDo(say("client.elsewhere", { name }), EXIT.WRONG_USE);
  const options = [...many].filter(([option]) => !OURS.includes(option));
  const args = options.flatMap(([option, [value = ""]]) => [`--${option}`, value]);
  const all = [TOOL, name, ...args, ...(finishes ? ["--finish"] : []), ...(isJson ? ["--json"] : [])];
  const child = spawn(process.execPath, all, { stdio: "inherit" });
  const [code] = await once(child, "close");
  return typeof code === "number" ? code : EXIT.NOT_ALL;
}
