import type { Receivers } from "../domain/receivers.ts";

/** What an import writes down on its way. Objects are deleted after some days. @throws {Unavailable} if the store is away */
export interface ImportScratch {
  writeIds(key: string, ids: Receivers): Promise<void>;
  /** Ids `from` to `to` (exclusive), fewer at the end; `undefined`: there is no such object. */
  readIds(key: string, from: number, to: number): Promise<Receivers | undefined>;
  writeText(key: string, text: string): Promise<void>;
  readText(key: string): Promise<string | undefined>;
}
