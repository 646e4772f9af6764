/** What Volley says of one receiver. */
export type Told = Readonly<{ userId: string; status: string; messageId?: string; maybeTwice?: boolean }>;

/** One job when all has come to rest: what Volley says of it, and what the upstream delivered. */
export type Evidence = Readonly<{
  job: string;
  delivery: "at-most-once" | "at-least-once";
  state: string;
  receivers: readonly string[];
  told: readonly Told[];
  tally: Readonly<Record<"sent" | "failed" | "unknown" | "canceled" | "pending", number>>;
  /** Message ids that the upstream delivered to a receiver of this job. */
  deliveredTo(userId: string): readonly string[];
}>;

/** `lost`: no final outcome. `doubled`: got it twice and should not have, or may have without a word about it. */
export type Finding = Readonly<{ kind: "lost" | "doubled" | "contradiction"; job: string; what: string }>;

/** What one run came to. */
export type Examined = Readonly<{
  faultsByKind: Readonly<Record<string, number>>;
  receivers: number;
  findings: readonly Finding[];
  /** Most messages the upstream counted in any window, and what it allows. */
  peak: number;
  quota: number;
}>;

/**
 * Hold what Volley says against what the upstream knows.
 *
 * Who got it is `sent` with one of the message ids he got, or `unknown`; never `failed`, `canceled` or without an outcome.
 * Nobody gets it twice in at-most-once; in at-least-once who got it twice and is `sent` is marked MaybeTwice.
 */
export function judge({ job, delivery, state, receivers, told, tally, deliveredTo }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: Finding["kind"], what: string) => void findings.push({ kind, job, what });
  if (state !== "done" && state !== "canceled") find("contradiction", `came to rest ${state}`);

  const outcomes = new Map<string, Told>();
  for (const one of told) {
    if (outcomes.has(one.userId)) find("contradiction", `${one.userId} has two outcomes`);
    outcomes.set(one.userId, one);
  }
  const counts: Record<string, number> = { sent: 0, failed: 0, unknown: 0, canceled: 0, pending: 0 };
  for (const userId of receivers) {
    const outcome = outcomes.get(userId);
    outcomes.delete(userId);
    const status = outcome?.status ?? "pending";
    counts[status] = (counts[status] ?? 0) + 1;
    const delivered = deliveredTo(userId);
    if (status === "pending") find("lost", `${userId} has no final outcome, delivered ${delivered.length} times`);
    else if (status === "sent" && !delivered.includes(outcome?.messageId ?? "")) {
      find(
        "contradiction",
        `${userId} is sent as ${outcome?.messageId}, delivered was ${delivered.join() || "nothing"}`,
      );
    } else if ((status === "failed" || status === "canceled") && delivered.length > 0) {
      find("contradiction", `${userId} is ${status}, and was delivered`);
    }
    if (delivered.length < 2) continue;
    if (delivery === "at-most-once") find("doubled", `${userId} got it ${delivered.length} times in at-most-once`);
    else if (status === "sent" && !outcome?.maybeTwice) find("doubled", `${userId} got it twice, not MaybeTwice`);
  }
  for (const stranger of outcomes.keys()) find("contradiction", `${stranger} has an outcome and was never in this job`);
  for (const [status, count] of Object.entries(tally)) {
    if (counts[status] === count) continue;
    find("contradiction", `the tally counts ${count} ${status}, the outcomes are ${counts[status]}`);
  }
  return findings;
}
