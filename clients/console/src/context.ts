import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api.ts";
import type { Sample } from "./gauge.ts";
import type { QuotaAnswer } from "./quota.ts";
import type { Say } from "./text/text.ts";
import type { Polled } from "./use-poll.ts";

/** What every part of the page may use. */
export type Page = Readonly<{
  api: Api;
  say: Say;
  /** For `Intl`. */
  lang: string;
  /** Said by a screen reader, and shown for a moment. */
  tell: (text: string) => void;
  /** The key is refused: back to the login. */
  onUnauthorized: (detail: string) => void;
  quota: Polled<QuotaAnswer>;
  samples: readonly Sample[];
}>;

const context = createContext<Page | undefined>(undefined);
export const PageProvider = context.Provider;

/** @throws {Error} outside of the page */
export function usePage(): Page {
  const page = useContext(context);
  if (page === undefined) throw new Error("there is no page around this");
  return page;
}
