import type { Command } from "../command-line/command.ts";

/**
 * What may stand where the cursor is.
 *
 * @param words behind `volley`; the last one is what is being typed, perhaps empty
 * @returns words that begin so; none where a file's name or a free text stands
 */
export function completionsOf(root: Command, words: readonly string[]): string[] {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  let command = root;
  for (const word of before) command = command.subCommands[word] ?? command;
  const last = before.at(-1) ?? "";
  const option = last.startsWith("--") ? command.args[last.slice(2)] : undefined;
  if (option?.type === "enum") return beginningWith(typed, option.options ?? []);
  if (option?.type === "string") return [];
  if (typed.startsWith("-")) return beginningWith(typed, optionsIn(command));
  return beginningWith(
    typed,
    Object.values(command.subCommands)
      .filter(({ isHidden }) => !isHidden)
      .map(lastWord),
  );
}

const optionsIn = ({ args }: Command): string[] =>
  Object.entries(args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name]) => (name === "color" ? "--no-color" : `--${name}`));

const lastWord = ({ name }: Command): string => name.split(" ").at(-1) ?? "";

const beginningWith = (typed: string, words: readonly string[]): string[] =>
  words.filter((word) => word.startsWith(typed)).toSorted();
