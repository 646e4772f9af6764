import type { BatchRowStore } from "../../lib/ports/batch-row-store.ts";
import type { Clock } from "../../lib/ports/clock.ts";
import type { DispatchLock } from "../../lib/ports/dispatch-lock.ts";
import type { DueJobs } from "../../lib/ports/due-jobs.ts";
import type { FailedBatches } from "../../lib/ports/failed-batches.ts";
import type { JobIndex } from "../../lib/ports/job-index.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import type { MessageStore } from "../../lib/ports/message-store.ts";
import type { Nudges } from "../../lib/ports/nudges.ts";
import type { QuotaReader } from "../../lib/ports/quota-reader.ts";
import type { ReceiverLists } from "../../lib/ports/receiver-lists.ts";
import type { Rtc } from "../../lib/ports/rtc.ts";
import type { Tallies } from "../../lib/ports/tallies.ts";
import type { TaskQueue } from "../../lib/ports/task-queue.ts";
import type { TokenBucket } from "../../lib/ports/token-bucket.ts";
import type { Agenda } from "./agenda.ts";
import type { FaultKind } from "./fault-plan.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** Which function a port is for. */
export type Role = "accept" | "control" | "deliver" | "dispatch" | "import" | "query" | "retry";

/** Everything that one call of a function has of the world. */
export type Ports = Readonly<{
  jobs: JobStore;
  rows: BatchRowStore;
  tallies: Tallies;
  messages: MessageStore;
  lists: ReceiverLists;
  due: DueJobs;
  failed: FailedBatches;
  index: JobIndex;
  lock: DispatchLock;
  bucket: TokenBucket & QuotaReader;
  queue: TaskQueue;
  nudges: Nudges;
  rtc: Rtc;
  clock: Clock;
  drawId: () => string;
  hash: (text: string, list: Uint8Array) => string;
  leaseMs: number;
  /** What the table's answers say of this process's clock. */
  isClockOff: () => boolean;
}>;

/** What a planted mistake may use besides. */
export type Hands = Readonly<{ role: Role; agenda: Agenda; store: Store }>;

/** The same ports, one of which breaks a rule. Made anew for each schedule, so that it may remember. */
export type Sabotage = () => (ports: Ports, hands: Hands) => Ports;

/** What shows a mistake soon: faults that are likely, and settings. */
export type Focus = Readonly<{ often?: readonly FaultKind[]; settings?: Partial<Settings> }>;

/** A mistake of the kind the model is there to find. */
export type Mistake = Focus & Readonly<{ sabotage: Sabotage }>;
