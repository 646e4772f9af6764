import type { QuotaPolicy } from "./ledger.ts";
import type { Standing } from "./standing.ts";

/** The policy by the settings, with the limits that are stored over it. */
export const effectivePolicy = (settings: QuotaPolicy, standing: Pick<Standing, "limits"> | undefined): QuotaPolicy =>
  standing?.limits === undefined ? settings : { ...settings, ...standing.limits };
