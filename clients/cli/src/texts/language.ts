import type { Env } from "../io.ts";
import type { Language } from "./say.ts";

/**
 * The language of whoever reads: what was asked for, else what the system says.
 *
 * @see POSIX.1-2024, 8.2 Internationalization Variables: LC_ALL before LC_MESSAGES before LANG
 */
export function languageOf(asked: string | undefined, env: Env): Language {
  const name = asked ?? [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((one) => one) ?? "";
  return /^zh\b|^zh[_-]/i.test(name) ? "zh" : "en";
}
