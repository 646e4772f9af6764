import { type AttemptResult, FINAL_PARTS, type FinalPart, isEmpty, PARTS, type PartName } from "./attempt-result.ts";

export type OutcomeStatus = FinalPart | "canceled" | "pending";
export const STATUSES: readonly OutcomeStatus[] = ["pending", "sent", "failed", "unknown", "canceled"];

/** The outcome of one receiver. */
export type Outcome = Readonly<{
  userId: string;
  status: OutcomeStatus;
  messageId?: string;
  code?: string;
  requestId?: string;
  /** An earlier attempt may have arrived too. */
  maybeTwice?: true;
  atMs?: number;
}>;

/** Counts of recorded outcomes. What is in none of them is pending or canceled, as the job's state says. */
export type Counts = Readonly<Record<FinalPart, number>>;

/** Exact counts of a whole job: they add up to its receivers. */
export type JobCounts = Counts & Readonly<{ pending: number; canceled: number }>;

export const NO_COUNTS: Counts = { sent: 0, failed: 0, unknown: 0 };

export const countOf = ({ sent, failed, unknown }: Counts): number => sent + failed + unknown;

export const plus = (a: Counts, b: Counts): Counts => ({
  sent: a.sent + b.sent,
  failed: a.failed + b.failed,
  unknown: a.unknown + b.unknown,
});

/** Message ids of answers that came after their worker was given up: receiver → message id. */
export type LateAnswers = Readonly<Record<string, string>>;

/** What stands under a key of the record itself. One look-up: what an object inherits is no string. */
export function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  const value: unknown = record[key];
  return typeof value === "string" ? value : undefined;
}

/** What the results say about one receiver. `undefined`: none names it. */
export type Standing = Readonly<{
  part: PartName;
  value: string;
  result: AttemptResult;
  /** Attempts made, the last of which is `result`. */
  attempts: number;
  /** One of them may have arrived without an answer. */
  mayHaveArrived: boolean;
}>;

/** The last result that names a receiver, and what the earlier ones leave in doubt. @param results in their order */
export const standingOf = (userId: string, results: readonly AttemptResult[]): Standing | undefined =>
  standingsIn(results)(userId);

/** {@link standingOf} for many receivers of the same results: parts that name nobody, as most do, are looked into once. */
export function standingsIn(results: readonly AttemptResult[]): (userId: string) => Standing | undefined {
  const places = results.flatMap((result) =>
    PARTS.filter((part) => !isEmpty(result[part])).map((part) => ({ part, result, values: result[part] })),
  );
  return (userId) => {
    let standing: Standing | undefined;
    for (const { part, result, values } of places) {
      const value = own(values, userId);
      if (value === undefined) continue;
      const { attempts = 0, mayHaveArrived = false } = standing ?? {};
      const isInDoubt = mayHaveArrived || part === "unclear";
      standing = { part, value, result, attempts: attempts + 1, mayHaveArrived: isInDoubt };
    }
    return standing;
  };
}

const isFinal = (part: PartName): part is FinalPart => (FINAL_PARTS as readonly PartName[]).includes(part);

/** The final outcome of a standing and a late answer: a message id is proof. */
export function finalOf(standing: Standing | undefined, lateId: string | undefined): FinalPart | undefined {
  if (lateId !== undefined) return "sent";
  return standing && isFinal(standing.part) ? standing.part : undefined;
}

/** What a receiver's outcome is as long as none is recorded: as the job's state says. */
type Implied = Readonly<{ status: "pending" | "canceled"; code: string }>;

/**
 * One receiver's outcome: what is recorded, or else what the job's state implies.
 *
 * @param implied `pending` while the job has not ended, `canceled` with its code once it has
 */
export const outcomeOf = (
  userId: string,
  results: readonly AttemptResult[],
  late: LateAnswers,
  implied: Implied,
): Outcome => outcomesIn(results, late, implied)(userId);

/** {@link outcomeOf} for many receivers of the same results, which are looked through once. */
export function outcomesIn(
  results: readonly AttemptResult[],
  late: LateAnswers,
  implied: Implied,
): (userId: string) => Outcome {
  const standing = standingsIn(results);
  return (userId) => toOutcome(userId, standing(userId), own(late, userId), implied);
}

function toOutcome(
  userId: string,
  standing: Standing | undefined,
  lateId: string | undefined,
  implied: Implied,
): Outcome {
  const status = finalOf(standing, lateId);
  if (!standing) {
    if (lateId !== undefined) return { userId, status: "sent", messageId: lateId };
    return implied.status === "pending"
      ? { userId, status: "pending" }
      : { userId, status: "canceled", code: implied.code };
  }
  const { part, value, result, mayHaveArrived } = standing;
  const facts = {
    ...(result.requestId !== undefined && { requestId: result.requestId }),
    ...(mayHaveArrived && standing.attempts > 1 && { maybeTwice: true as const }),
    atMs: result.atMs,
  };
  if (status === "sent") return { userId, status, messageId: part === "sent" ? value : (lateId ?? value), ...facts };
  if (status !== undefined) return { userId, status, code: value, ...facts };
  if (implied.status === "canceled") return { userId, status: "canceled", code: implied.code, atMs: result.atMs };
  return { userId, status: "pending", code: value, ...facts };
}

/** How many receivers of a batch have which recorded outcome. */
export function countsOf(receivers: readonly string[], results: readonly AttemptResult[], late: LateAnswers): Counts {
  const counts = { ...NO_COUNTS };
  const only = results.length === 1 ? results[0] : undefined;
  if (only && Object.keys(late).length === 0) {
    for (const part of FINAL_PARTS) counts[part] = Object.keys(only[part]).length; // nearly always
    return counts;
  }
  const standing = standingsIn(results);
  for (const id of receivers) {
    const status = finalOf(standing(id), own(late, id));
    if (status !== undefined) counts[status]++;
  }
  return counts;
}
