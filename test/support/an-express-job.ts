import type { Job } from "../../lib/domain/job.ts";
import { aJob, drawId } from "./a-job.ts";

/** An express job as accept makes it, with ids and numbers as long as they get in practice. */
export const anExpressJob = (): Job =>
  aJob({
    id: drawId().slice(0, 25),
    run: drawId().slice(0, 25),
    clientId: "local",
    appId: 2_147_483_647,
    requestHash: "0123456789abcdef".repeat(4),
    lane: "express",
    trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    receivers: 1,
    createdAtMs: 1_769_846_400_123,
    expiresAtMs: 1_772_438_400_123,
    goneAtMs: 1_775_030_400_123,
    servedAtMs: 1_769_846_400_123,
    dueAtMs: 1_769_846_430_123,
    shares: [{ id: drawId().slice(0, 25), batches: [[0, 1]], queuedAtMs: 1_769_846_400_123 }],
    history: [{ atMs: 1_769_846_400_123, event: "accept", by: "local" }],
  });
