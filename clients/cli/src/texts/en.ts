import { EN_ANSWERS } from "./en-answers.ts";
import { EN_COMMANDS } from "./en-commands.ts";

/** Every text of the command, in English. `{name}` is filled in; zh.ts has the same keys and places. */
export const EN = { ...EN_COMMANDS, ...EN_ANSWERS };
