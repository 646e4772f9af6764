/** What `GET /v1/quota` answers with, as far as the page shows it; a field that is not there is not shown. */
export type QuotaAnswer = Readonly<{
  Account: string;
  /** Messages in any window. */
  Quota: number;
  WindowSeconds: number;
  Used: number;
  ReservedAhead: number;
  Capacity: number;
  HeldUntil?: string;
  HeldWhy?: string;
  PausedAt?: string;
  /** Those that hold, and those of the deployment. */
  Limits?: Limits;
  Settings?: Limits;
  Waiting?: Readonly<Partial<Record<(typeof LANES)[number], Waiting>>>;
  /** The latest first; only for the scope `admin`. */
  History?: readonly Readonly<{ At: string; By: string; Event: string; Limits?: LimitChange }>[];
}>;

type Waiting = Readonly<{ Jobs: number; Receivers: number; AndMore?: true; EndsAt?: string }>;
export const LANES = ["Express", "Bulk"] as const;
export const LIMITS = ["Messages", "WindowMs", "Calls", "CallsWindowMs", "PerSecond", "Floor"] as const;
export type LimitName = (typeof LIMITS)[number];
export type Limits = Readonly<Partial<Record<LimitName, number>>>;
/** `null`: the limit of the settings holds again. */
export type LimitChange = Readonly<Partial<Record<LimitName, number | null>>>;

export type QuotaState = "paused" | "held" | "slowed" | "sending" | "idle";

export const isPaused = ({ PausedAt }: QuotaAnswer): boolean => PausedAt !== undefined;

/** What the account does this moment, in one word: whatever keeps it from sending comes first. */
export function quotaState(quota: QuotaAnswer): QuotaState {
  if (isPaused(quota)) return "paused";
  if (quota.HeldUntil !== undefined) return "held";
  if (quota.Capacity < quota.Quota) return "slowed";
  return quota.Used + quota.ReservedAhead > 0 ? "sending" : "idle";
}

export const limitsOf = ({ Limits, Quota, WindowSeconds }: QuotaAnswer): Limits => ({
  Messages: Quota,
  WindowMs: Math.round(WindowSeconds * 1000),
  ...Limits,
});

/**
 * What a form changes in the limits. An emptied field takes a limit away.
 *
 * @param texts what was typed, by name
 * @returns `faults`: the names of what is no whole number
 */
export function changedLimits(
  now: Limits,
  texts: Readonly<Partial<Record<LimitName, string>>>,
): Readonly<{ change: LimitChange; faults: readonly LimitName[] }> {
  const typed = LIMITS.flatMap((name) => {
    const text = texts[name]?.replace(/[\s,_]/g, "");
    return text === undefined || text === String(now[name] ?? "") ? [] : [[name, text] as const];
  });
  return {
    change: Object.fromEntries(typed.map(([name, text]) => [name, text === "" ? null : Number(text)])),
    faults: typed.filter(([, text]) => !/^[0-9]{0,15}$/.test(text)).map(([name]) => name),
  };
}
