import type { Job } from "../lib/domain/job.ts";
import type { Message } from "../lib/domain/message.ts";

export const MESSAGE: Message = { AppId: 666675, Sender: "10001", MsgType: 10001, Content: '{"text":"hello, all"}' };

const DAY_MS = 86_400_000;

/** A running bulk job of full batches, as intake leaves it. */
export const bulkJob = ({
  nowMs,
  ...parts
}: Readonly<{ id: string; run: string; receivers: number; nowMs: number }>): Job => ({
  ...{ version: 1, clientId: "bench", account: "account", appId: MESSAGE.AppId, requestHash: "0".repeat(64) },
  ...{ lane: "bulk", delivery: "at-most-once", state: "running", duplicatesDropped: 0 },
  ...{ batches: Math.ceil(parts.receivers / 497), batchSize: 497, list: { key: "computed", bytes: 0, sha256: "" } },
  ...{ estimatedSeconds: 1, createdAtMs: nowMs, expiresAtMs: nowMs + 30 * DAY_MS, goneAtMs: nowMs + 60 * DAY_MS },
  ...{ cursor: 0, shares: [], servedAtMs: 0, dueAtMs: nowMs, history: [] },
  ...parts,
});
