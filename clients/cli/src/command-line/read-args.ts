import { parseArgs } from "node:util";
import type { ArgDef } from "citty";
import type { Say } from "../texts/say.ts";
import type { Command, Many } from "./command.ts";
import { nearest } from "./nearest.ts";
import { WrongUse } from "./wrong-use.ts";

/** Arguments that were checked: `raw` for citty, written so that no value can be taken for an option. */
export type CheckedArgs = Readonly<{ raw: string[]; many: Many }>;

/**
 * Hold what was written to what the command takes. citty alone lets unknown options pass.
 *
 * @throws {WrongUse} for the first thing that is wrong, with the nearest right one
 */
export function readArgs(command: Command, written: readonly string[], say: Say): CheckedArgs {
  const wrong = (text: string): never => {
    throw new WrongUse(text);
  };
  const options = Object.fromEntries(
    Object.entries(command.args)
      .filter(([, { type }]) => type !== "positional")
      .map(([name, def]) => [
        name,
        { type: isFlag(def) ? ("boolean" as const) : ("string" as const), ...shortOf(def) },
      ]),
  );
  const { tokens } = parseArgs({ args: [...written], options, strict: false, allowPositionals: true, tokens: true });
  const raw: string[] = [];
  const positionals: string[] = [];
  const many = new Map<string, string[]>();
  const known = Object.keys(options);

  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, value, rawName } = token;
    const def = command.args[name];
    if (def === undefined || def.type === "positional") {
      const plain = name.replace(/^no-/, "");
      if (name !== plain && isFlag(command.args[plain])) {
        raw.push(`--${name}`);
        continue;
      }
      const meant = nearest(name, known);
      const hint =
        meant === undefined ? say("wrong.see", { name: command.name }) : say("wrong.meant", { meant: `--${meant}` });
      wrong(`${say("wrong.option", { option: rawName })}${say("text.join")}${hint}`);
    } else if (isFlag(def)) {
      if (value !== undefined) wrong(say("wrong.flag", { option: `--${name}` }));
      raw.push(`--${name}`);
    } else if (value === undefined || (token.inlineValue === false && /^--?[a-z]/i.test(value))) {
      wrong(`${say("wrong.value", { option: `--${name}` })}${say("text.join")}${example(command, say)}`);
    } else {
      if (def.type === "enum" && def.options && !def.options.includes(value)) {
        wrong(oneOf(`--${name}`, value, def.options, say));
      }
      many.set(name, [...(many.get(name) ?? []), value]);
      raw.push(`--${name}=${value}`);
    }
  }
  for (const [name, values] of many) {
    if (values.length > 1 && !command.many.includes(name)) wrong(say("wrong.twice", { option: `--${name}` }));
  }
  checkPlaces(command, positionals, say, wrong);
  return { raw: [...raw, "--", ...positionals], many };
}

function checkPlaces(command: Command, given: readonly string[], say: Say, wrong: (text: string) => never): void {
  const places = Object.entries(command.args).filter(([, { type }]) => type === "positional");
  const missing = places.slice(given.length).find(([, { required }]) => required !== false);
  if (missing)
    wrong(`${say("wrong.missing", { what: missing[0].toUpperCase() })}${say("text.join")}${example(command, say)}`);
  const extra = given[places.length];
  if (extra !== undefined) wrong(`${say("wrong.extra", { what: extra })}${say("text.join")}${example(command, say)}`);
}

/** A way that works, for whoever has missed it. */
const example = ({ examples, name }: Command, say: Say): string =>
  say("wrong.example", { example: `volley ${examples[0] ?? name}` });

/** What is wrong with a value that is not one of the known ones. */
function oneOf(option: string, value: string, known: readonly string[], say: Say): string {
  const meant = nearest(value, known);
  const text = say("wrong.choice", { option, value, known: known.join(", ") });
  return meant === undefined
    ? text
    : `${text}${say("text.join")}${say("wrong.meant", { meant: `${option} ${meant}` })}`;
}

const isFlag = (def: ArgDef | undefined): boolean => def?.type === "boolean";
const shortOf = (def: ArgDef): { short?: string } =>
  "alias" in def && typeof def.alias === "string" && def.alias.length === 1 ? { short: def.alias } : {};
