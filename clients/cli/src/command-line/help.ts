import type { ArgDef } from "citty";
import { padTo, wrapTo } from "../terminal/width.ts";
import type { Say, TextKey } from "../texts/say.ts";
import { COMMON, type Command } from "./command.ts";

/** What a command does, what it takes, and how it is used. @param columns of the terminal */
export function helpOf(command: Command, say: Say, columns: number): string {
  const name = command.name === "" ? "volley" : `volley ${command.name}`;
  const places = Object.entries(command.args).filter(([, { type }]) => type === "positional");
  const own = Object.entries(command.args).filter(
    ([key, { type }]) => type !== "positional" && !Object.hasOwn(COMMON, key),
  );
  const subCommands = Object.values(command.subCommands).filter(({ isHidden }) => !isHidden);
  const usage = [
    name,
    ...(subCommands.length > 0 ? [command.runs ? "[COMMAND]" : "COMMAND"] : []),
    ...places.map(([place, { required }]) => (required === false ? `[${place.toUpperCase()}]` : place.toUpperCase())),
    ...(own.length > 0 ? [`[${say("help.options")}]`] : []),
  ].join(" ");
  const title = (key: TextKey): string => say("text.title", { title: say(key) });
  const last = (words: string): string => words.split(" ").at(-1) ?? words;
  return [
    `${command.is}`,
    "",
    `${say("help.usage")}${say("text.colon")}${usage}`,
    ...section(
      title("help.commands"),
      subCommands.map((one) => [last(one.name), one.is] as const),
      columns,
    ),
    ...section(
      title("help.arguments"),
      places.map(([place, def]) => [place.toUpperCase(), describe(def)] as const),
      columns,
    ),
    ...section(
      title("help.options"),
      own.map(([key, def]) => [optionText(key, def), describe(def)] as const),
      columns,
    ),
    ...section(
      title("help.common"),
      Object.entries(COMMON).map((entry) => commonRow(entry, say)),
      columns,
    ),
    "",
    title("help.examples"),
    ...command.examples.map((one) => `  volley ${one}`),
    "",
  ].join("\n");
}

type Row = readonly [string, string];

const commonRow = ([key, def]: readonly [string, ArgDef], say: Say): Row =>
  key === "color" ? ["--no-color", say("common.color")] : [optionText(key, def), say(`common.${key}` as TextKey)];

const describe = ({ description = "" }: ArgDef): string => description;

function optionText(key: string, def: ArgDef): string {
  const short = "alias" in def && def.alias !== undefined ? `-${String(def.alias)}, ` : "";
  if (def.type === "boolean") return `${short}--${key}`;
  const hint = def.type === "enum" ? (def.options ?? []).join("|") : (def.valueHint ?? "value");
  return `${short}--${key} ${def.type === "enum" ? hint : hint.toUpperCase()}`;
}

/** Names on the left, as wide as most of them need. */
const MAX_LEFT = 30;

function section(title: string, rows: readonly Row[], columns: number): string[] {
  if (rows.length === 0) return [];
  const left = Math.min(MAX_LEFT, Math.max(...rows.map(([name]) => name.length)));
  const lines = rows.flatMap(([name, text]) => {
    const wrapped = wrapTo(text, Math.max(20, columns - left - 5));
    const first =
      name.length > left
        ? [`  ${name}`, ...wrapped.slice(0, 1).map((line) => indent(line, left))]
        : [`  ${padTo(name, left)}  ${wrapped[0] ?? ""}`.trimEnd()];
    return [...first, ...wrapped.slice(1).map((line) => indent(line, left))];
  });
  return ["", title, ...lines];
}

const indent = (line: string, left: number): string => `${" ".repeat(left + 4)}${line}`;
