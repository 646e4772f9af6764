import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { checkClock } from "../domain/quota/clock-check.ts";

export type ClockWatch = Readonly<{
  client: DynamoDBClient;
  now: () => number;
  /** Told once each time that the clock is found to be off. Below 0: it is behind. */
  onOff: (aheadMs: number) => void;
}>;

/**
 * Compare this process's clock with the `Date` of every answer of the table, refusals included.
 *
 * @returns whether the clock is off by more than a second or so. An answer without a Date, or one that took too long to tell,
 *   changes nothing.
 */
export function watchClock({ client, now, onOff }: ClockWatch): () => boolean {
  let isOff = false;
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentMs = now();
      const result = await next(args);
      hear(sentMs, now(), dateOf(result.response));
      return result;
    },
    // Nearest to the socket: each try of a call, before its answer is read.
    { step: "deserialize", priority: "low", name: "watchClock" },
  );
  return () => isOff;

  function hear(sentMs: number, receivedMs: number, dateMs: number): void {
    if (Number.isNaN(dateMs)) return;
    const verdict = checkClock({ sentMs, receivedMs, dateMs });
    if (verdict.kind === "off" && !isOff) onOff(verdict.aheadMs);
    if (verdict.kind !== "open") isOff = verdict.kind === "off";
  }
}

function dateOf(response: unknown): number {
  const { headers } = response as { headers?: Readonly<Record<string, string>> };
  return Date.parse(headers?.["date"] ?? "");
}
