/**
 * The result of one attempt at receivers of a batch, as it is stored. Maps of receiver to message id for `sent`,
 * to the reason's code otherwise. `refused` and `unclear` receivers have another attempt before them; an `unclear` one may
 * have got this one.
 */
export type AttemptResult = Readonly<{
  atMs: number;
  requestId?: string;
  sent: Part;
  failed: Part;
  unknown: Part;
  refused: Part;
  unclear: Part;
}>;
export type Part = Readonly<Record<string, string>>;

export const PARTS = ["sent", "failed", "unknown", "refused", "unclear"] as const;
export type PartName = (typeof PARTS)[number];

/** Parts that are final: a receiver in them is never tried again. */
export const FINAL_PARTS = ["sent", "failed", "unknown"] as const;
export type FinalPart = (typeof FINAL_PARTS)[number];

const NOTHING = { sent: {}, failed: {}, unknown: {}, refused: {}, unclear: {} } as const;

/** A result with the given parts and nothing else. */
export const makeResult = (parts: Partial<AttemptResult> & Pick<AttemptResult, "atMs">): AttemptResult => ({
  ...NOTHING,
  ...parts,
});

export const isEmpty = (part: Part): boolean => {
  for (const _ in part) return false;
  return true;
};

/** Times a receiver is tried before a refusal is final. */
export const MAX_ATTEMPTS = 3;

/** The code of a receiver whose worker was given up after its claim. */
export const WORKER_LOST = "WorkerLost";
