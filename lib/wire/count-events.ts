import type { BatchRowStore } from "../ports/batch-row-store.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { DispatchEvent } from "../use-cases/dispatch-event.ts";
import type { PublishEvent } from "../use-cases/publish-events.ts";
import type { SendEvent } from "../use-cases/send-event.ts";
import type { Count, Metric, Show } from "./metrics.ts";

const HELD = {
  flow: "HeldFlow",
  unclear: "HeldUnclear",
  credentials: "HeldCredentials",
  "not-sent": "HeldNotSent",
} as const;
const AGE = { bulk: "BulkAge", express: "ExpressAge" } as const;

/** The metrics that an event adds to, beside its line in the log. */
export function metricsOf(event: SendEvent | DispatchEvent | PublishEvent): [Metric, number][] {
  switch (event.event) {
    case "held":
      return [[HELD[event.why], 1]];
    case "not-sent":
      return [["NotSent", 1]];
    case "list-damaged":
      return [["ListDamaged", 1]];
    case "job-failed":
      return [["DispatchFailed", 1]];
    case "dispatch-run":
      return (["bulk", "express"] as const).flatMap((lane) => {
        const ms = event.oldestMs[lane];
        return ms === undefined ? [] : [[AGE[lane], Math.round(ms / 1000)]];
      });
    case "not-published":
    case "outbox-failed":
      return [["NotPublished", 1]];
    default:
      return [];
  }
}

const WAIT = { bulk: "BulkWait", express: "ExpressWait" } as const;

/** An account's figures, as an event tells them. What did not happen is left out. */
export function figuresOf(event: SendEvent | DispatchEvent): Parameters<Show> | [] {
  if (event.event === "called") {
    const { lane, tookMs, waitedMs, sent, failed, refused, doubtful } = event;
    const happened = Object.entries({ Sent: sent, Failed: failed, Retries: refused, Doubts: doubtful }).filter(
      ([, receivers]) => receivers > 0,
    );
    const wait = waitedMs === undefined ? {} : { [WAIT[lane]]: waitedMs };
    return [event.account, { UpstreamLatency: tookMs, ...Object.fromEntries(happened), ...wait }];
  }
  if (event.event !== "dispatch-run") return [];
  const { used, capacity, room, shares, secondsLeft } = event;
  const share = { QuotaUsed: Math.round((100 * used) / Math.max(1, capacity)), Room: room, OpenShares: shares };
  return [event.account, { ...share, SecondsLeft: secondsLeft }];
}

/** Batch rows that count whose outcome becomes `unknown`, whoever records it. */
export function countingUnknown(rows: BatchRowStore, count: Count): BatchRowStore {
  const counted = async (written: Promise<boolean>, unknown: Readonly<Record<string, string>>): Promise<boolean> => {
    const isWritten = await written;
    const receivers = Object.keys(unknown).length;
    if (isWritten && receivers > 0) count("Unknown", receivers);
    return isWritten;
  };
  return {
    ...rows,
    record: (key, row, claimId, result) => counted(rows.record(key, row, claimId, result), result.unknown),
    append: (key, row, result) => counted(rows.append(key, row, result), result.unknown),
  };
}

/** Jobs that show how many of their receivers were canceled, whoever ends them: that is written once, with the end. */
export function showingCanceled<Jobs extends JobStore>(jobs: Jobs, show: Show): Jobs {
  return {
    ...jobs,
    async write(job, change) {
      const written = await jobs.write(job, change);
      const { canceled = 0 } = change;
      if (written && canceled > 0) show(written.account, { Canceled: canceled });
      return written;
    },
  };
}
