import { runCommand } from "citty";
import { type Found, findCommand } from "./command-line/find-command.ts";
import { helpOf } from "./command-line/help.ts";
import { readArgs } from "./command-line/read-args.ts";
import { WrongUse } from "./command-line/wrong-use.ts";
import { commandTree } from "./commands/command-tree.ts";
import { EXIT } from "./exit-codes.ts";
import { explain } from "./explain.ts";
import type { Io } from "./io.ts";
import { makeSession } from "./session.ts";
import { languageOf } from "./texts/language.ts";
import { type Say, sayIn } from "./texts/say.ts";
import { VERSION } from "./version.ts";

/**
 * Run one command.
 *
 * @param written what stands behind `volley`
 * @returns what the process ends with: see exit-codes.ts
 */
export async function runCli(written: readonly string[], io: Io): Promise<number> {
  const language = languageOf(givenTo("--lang", written), io.env);
  const say = sayIn(language);
  let name = "";
  try {
    const root = commandTree(say);
    if (written.length === 1 && ["--version", "-V", "version"].includes(written[0] ?? "")) {
      io.stdout.write(`${VERSION}\n`);
      return EXIT.OK;
    }
    const { command, rest }: Found = findCommand(root, written, say);
    name = command.name;
    const asksHelp = beforeDashes(rest).some((word) => word === "--help" || word === "-h");
    const hasNothing = written.length === 0;
    if (hasNothing || (asksHelp && !command.takesRest)) {
      io.stdout.write(helpOf(command, say, widthOf(io)));
      return hasNothing ? EXIT.WRONG_USE : EXIT.OK;
    }
    if (!command.runs) throw new WrongUse(missingCommand(command.name, Object.keys(command.subCommands), say));
    const { raw, many } = command.takesRest ? takeRest(rest) : readArgs(command, rest, say);
    const asked = { profile: many.get("profile")?.[0], url: many.get("url")?.[0] };
    const isJson = beforeDashes(raw).includes("--json");
    const session = makeSession({
      io,
      say,
      language,
      isJson,
      asked,
      hasColor: !beforeDashes(raw).includes("--no-color"),
    });
    const { result } = await runCommand(command.citty, { rawArgs: raw, data: { session, many } });
    return typeof result === "number" ? result : EXIT.OK;
  } catch (error) {
    const { text, exitCode } = explain(error, io.signal, say);
    if (text !== "") io.stderr.write(`${`volley ${name}`.trimEnd()}: ${text}\n`);
    return exitCode;
  }
}

const takeRest = (rest: readonly string[]) => ({ raw: ["--", ...rest], many: new Map<string, readonly string[]>() });

const missingCommand = (name: string, known: readonly string[], say: Say): string =>
  `${say("wrong.which", { known: known.join(", ") })}${say("text.join")}${say("wrong.see", { name })}`;

function beforeDashes(words: readonly string[]): readonly string[] {
  const at = words.indexOf("--");
  return at === -1 ? words : words.slice(0, at);
}

/** The language is needed before anything else can be said. */
function givenTo(option: string, words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  return at === -1 ? undefined : (words[at]?.split("=")[1] ?? words[at + 1]);
}

const widthOf = ({ stdout }: Io): number => Math.min(stdout.columns ?? 100, 120);
