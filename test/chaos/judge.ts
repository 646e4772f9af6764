import type { Finding } from "./findings.ts";

/** What Volley says of one receiver. */
export type Told = Readonly<{ userId: string; status: string; messageId?: string; maybeTwice?: boolean }>;

/** One job when all has come to rest: what Volley says of it, and what the upstream delivered. */
export type Evidence = Readonly<{
  job: string;
  delivery: "at-most-once" | "at-least-once";
  state: string;
  /** False: its client has left it paused. */
  hasEnded: boolean;
  receivers: readonly string[];
  told: readonly Told[];
  tally: Readonly<Record<"sent" | "failed" | "unknown" | "canceled" | "pending", number>> | undefined;
  /** Message ids that the upstream delivered to a receiver of this job. */
  deliveredTo(userId: string): readonly string[];
}>;

/**
 * Hold what Volley says against what the upstream knows.
 *
 * Who got it is `sent` with one of the message ids he got, or `unknown`; never `failed`, `canceled` or without an outcome.
 * Nobody gets it twice in at-most-once; in at-least-once who got it twice and is `sent` is marked MaybeTwice. The tally is
 * what the outcomes are.
 */
export function judge(evidence: Evidence): Finding[] {
  const { job, delivery, state, hasEnded, receivers, told, tally, deliveredTo } = evidence;
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], rule: string, what: string) => void findings.push({ kind, rule, job, what });
  const outcomes = new Map<string, Told>();
  for (const one of told) {
    if (outcomes.has(one.userId)) find("contradiction", "one outcome a receiver", one.userId);
    outcomes.set(one.userId, one);
  }
  const counts: Record<string, number> = { sent: 0, failed: 0, unknown: 0, canceled: 0, pending: 0 };
  for (const userId of receivers) {
    const outcome = outcomes.get(userId);
    outcomes.delete(userId);
    const status = outcome?.status ?? "pending";
    counts[status] = (counts[status] ?? 0) + 1;
    const delivered = deliveredTo(userId);
    const got = `${userId} is ${status} ${outcome?.messageId ?? ""}, delivered was ${delivered.join() || "nothing"}`;
    if (status === "pending" && hasEnded) find("lost", "every receiver has a final outcome", got);
    if (status === "sent" && !delivered.includes(outcome?.messageId ?? "")) {
      find("contradiction", "who is sent got that message", got);
    }
    if ((status === "failed" || status === "canceled") && delivered.length > 0) {
      find("contradiction", "who got it is sent or unknown", got);
    }
    if (delivered.length < 2) continue;
    if (delivery === "at-most-once") find("doubled", "at-most-once: nobody gets it twice", got);
    else if (status === "sent" && !outcome?.maybeTwice) find("doubled", "who got it twice is MaybeTwice", got);
  }
  for (const stranger of outcomes.keys()) find("contradiction", "only receivers have outcomes", stranger);
  for (const [status, count] of Object.entries(tally ?? {})) {
    if (counts[status] === count) continue;
    find(
      "contradiction",
      "the tally is what the outcomes are",
      `${count} ${status}, but ${counts[status]} in ${state}`,
    );
  }
  return findings;
}
