import type { Usage } from "../domain/quota/token-bucket.ts";

/** The account's quota as it is this moment. */
export interface QuotaReader {
  usage(account: string): Promise<Usage>;
}
