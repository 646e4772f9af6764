import { randomUUID } from "node:crypto";
import type { Job } from "../../lib/domain/job.ts";

export const NOW = Date.parse("2026-01-31T08:00:00Z");

const DAY_MS = 86_400_000;

export const drawId = (): string => randomUUID().replaceAll("-", "");

/** A running job of one batch that nobody else has, under a run of its own. */
export const aJob = (parts: Partial<Job> = {}): Job => ({
  id: drawId(),
  run: drawId(),
  version: 1,
  clientId: drawId(),
  account: "account",
  appId: 7,
  requestHash: "hash",
  lane: "bulk",
  delivery: "at-most-once",
  state: "running",
  receivers: 3,
  duplicatesDropped: 0,
  batches: 1,
  batchSize: 500,
  estimatedSeconds: 1,
  createdAtMs: NOW,
  expiresAtMs: NOW + 30 * DAY_MS,
  goneAtMs: NOW + 60 * DAY_MS,
  cursor: 1,
  shares: [{ id: "share-0", batches: [[0, 1]], queuedAtMs: NOW }],
  servedAtMs: NOW,
  dueAtMs: NOW + 300_000,
  history: [],
  ...parts,
});
