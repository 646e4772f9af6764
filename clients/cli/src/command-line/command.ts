import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import type { Session } from "../session.ts";

/** What every command takes. Its descriptions come from the catalogue: see help.ts. */
export const COMMON = {
  json: { type: "boolean" },
  url: { type: "string", valueHint: "url" },
  profile: { type: "string", valueHint: "name" },
  lang: { type: "enum", options: ["en", "zh"] },
  color: { type: "boolean", default: true },
  help: { type: "boolean", alias: "h" },
} as const satisfies ArgsDef;

/** Options that may be given several times come in here, by name. */
export type Many = ReadonlyMap<string, readonly string[]>;
export type Given = Readonly<{ session: Session; many: Many }>;

type Facts<T extends ArgsDef> = Readonly<{
  /** One line: what it does. */
  is: string;
  args?: T;
  /** Ways to use it, without the leading `volley`. The first one is named where it is used wrongly. */
  examples: readonly string[];
  /** Names of options that may be given several times. */
  many?: readonly string[];
  isHidden?: boolean;
  /** Everything that follows is handed on as it stands. */
  takesRest?: boolean;
  run?: (args: ParsedArgs<T & typeof COMMON>, given: Given) => Promise<number>;
  subCommands?: Readonly<Record<string, Command>>;
}>;

/** A command as citty runs it, with what our help and our checks need beside. */
export type Command = Readonly<{
  citty: CommandDef<ArgsDef>;
  name: string;
  is: string;
  args: ArgsDef;
  examples: readonly string[];
  many: readonly string[];
  isHidden: boolean;
  takesRest: boolean;
  runs: boolean;
  subCommands: Readonly<Record<string, Command>>;
}>;

/** @param name as it is written behind `volley`: `quota set` */
export function command<const T extends ArgsDef>(name: string, facts: Facts<T>): Command {
  const { is, args = {} as T, examples, many = [], isHidden = false, takesRest = false, run, subCommands = {} } = facts;
  const all = { ...args, ...COMMON };
  const citty = defineCommand<ArgsDef>({
    meta: { name, description: is },
    args: all,
    ...(run && {
      // citty has parsed them by the very definitions that T stands for
      run: ({ args, data }) => run(args as unknown as ParsedArgs<T & typeof COMMON>, data as Given),
    }),
  });
  return {
    citty,
    ...{ name, is, args: all, examples, many, isHidden, takesRest, runs: run !== undefined, subCommands },
  };
}
