import type { Say } from "../texts/say.ts";
import type { Command } from "./command.ts";
import { nearest } from "./nearest.ts";
import { WrongUse } from "./wrong-use.ts";

export type Found = Readonly<{ command: Command; rest: readonly string[] }>;

/**
 * The command that the first words name, and what follows them. Options may stand before the name.
 *
 * @throws {WrongUse} for a name that there is not, with the nearest one
 */
export function findCommand(root: Command, written: readonly string[], say: Say): Found {
  let command = root;
  let rest = [...written];
  for (;;) {
    const names = Object.keys(command.subCommands);
    const at = nameIn(command, rest);
    const word = rest[at];
    if (names.length === 0 || word === undefined) return { command, rest };
    const next = Object.hasOwn(command.subCommands, word) ? command.subCommands[word] : undefined;
    if (next === undefined) {
      const meant = nearest(
        word,
        names.filter((name) => !command.subCommands[name]?.isHidden),
      );
      const before = command.name === "" ? "" : `${command.name} `;
      const hint =
        meant === undefined
          ? say("wrong.see", { name: command.name }).replace("  ", " ")
          : say("wrong.meant", { meant: `volley ${before}${meant}` });
      throw new WrongUse(`${say("wrong.command", { command: `volley ${before}${word}` })}${say("text.join")}${hint}`);
    }
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    command = next;
    if (command.takesRest) return { command, rest };
  }
}

/** Where the first word stands that is neither an option nor the value of one. */
function nameIn({ args }: Command, words: readonly string[]): number {
  return words.findIndex((word, i) => {
    const before = words[i - 1] ?? "";
    const type = before.startsWith("--") && !before.includes("=") ? args[before.slice(2)]?.type : undefined;
    return !word.startsWith("-") && type !== "string" && type !== "enum";
  });
}
