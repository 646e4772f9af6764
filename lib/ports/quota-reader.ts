import type { Usage } from "../domain/quota/usage.ts";

/** The account's quota as it is this moment. */
export interface QuotaReader {
  usage(account: string): Promise<Usage>;
}
