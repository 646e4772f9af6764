import type { EN } from "./en.ts";
import { ZH_ANSWERS } from "./zh-answers.ts";
import { ZH_COMMANDS } from "./zh-commands.ts";

/** 全部中文文案。键和占位符与 en.ts 相同。 */
export const ZH: Readonly<Record<keyof typeof EN, string>> = { ...ZH_COMMANDS, ...ZH_ANSWERS };
