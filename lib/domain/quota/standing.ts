/** What may be set without a deploy, over the settings. */
export const LIMIT_NAMES = ["messages", "windowMs", "calls", "callsWindowMs", "perSecond", "floor"] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];
export type StoredLimits = Readonly<Partial<Record<LimitName, number>>>;

/** Who did what to the quota, and when. `limits`: what was set by it; `null`: the setting holds again. */
export type QuotaChange = Readonly<{
  /** Counts the changes. */
  n: number;
  atMs: number;
  by: string;
  event: (typeof QUOTA_EVENTS)[number];
  limits?: LimitChange | undefined;
}>;
export type LimitChange = Readonly<Partial<Record<LimitName, number | null>>>;
export const QUOTA_EVENTS = ["limits", "pause", "resume"] as const;

/** A time in which no worker could send. */
export type HeldTime = Readonly<{ fromMs: number; toMs: number }>;

/** What operators have set; it stands in the ledger, so that every reservation sees it. */
export type Standing = Readonly<{
  limits?: StoredLimits | undefined;
  /** Nothing is sent since then. */
  pausedAtMs?: number | undefined;
  /** The last pause that is over. */
  lastPause?: HeldTime | undefined;
  /** Windows were other ones for what was spent at slots up to `slotMs`. */
  before?: OlderWindows | undefined;
  /** The last change; those before it are kept elsewhere. */
  last?: QuotaChange | undefined;
}>;

/** Tokens of slots up to `slotMs` stay away for these windows, if they are longer than those of now. */
export type OlderWindows = Readonly<{ slotMs: number; windowMs: number; callsWindowMs: number }>;
