import { CHINESE_DETAILS } from "./chinese-details.ts";
import { CHINESE_FAULTS } from "./chinese-faults.ts";

/** Every text of a problem document in Chinese, by the English one. `{}` is a value; see {@link Text}. */
export const CHINESE = { ...CHINESE_DETAILS, ...CHINESE_FAULTS } as const;

/**
 * What a client may be told: a text that stands in {@link CHINESE}, any value in each of its places. So a text without its
 * Chinese does not compile.
 */
export type Text = Filled<keyof typeof CHINESE>;

type Filled<T extends string> = T extends `${infer Before}{}${infer After}` ? `${Before}${string}${Filled<After>}` : T;
