import { createHash } from "node:crypto";
import { importScratchOn } from "../../lib/adapters/import-scratch-on.ts";
import { memoryEventPublisher } from "../../lib/adapters/memory-event-publisher.ts";
import { memoryNudges } from "../../lib/adapters/memory-nudges.ts";
import { memoryObjects } from "../../lib/adapters/memory-objects.ts";
import { memoryReceiverLists } from "../../lib/adapters/memory-receiver-lists.ts";
import { memoryReportFiles } from "../../lib/adapters/memory-report-files.ts";
import { memoryReportLinks } from "../../lib/adapters/memory-report-links.ts";
import { memoryResults } from "../../lib/adapters/memory-results.ts";
import { memoryTaskQueue } from "../../lib/adapters/memory-task-queue.ts";
import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { memoryUploads } from "../../lib/adapters/memory-uploads.ts";
import type { Caller } from "../../lib/domain/caller.ts";
import { leaseMs } from "../../lib/domain/delivery-times.ts";
import type { Job } from "../../lib/domain/job.ts";
import type { JobOptions, JobRequest } from "../../lib/domain/job-request.ts";
import type { PublishedEvent } from "../../lib/domain/published-event.ts";
import type { QuotaPolicy } from "../../lib/domain/quota/ledger.ts";
import type { Text } from "../../lib/domain/text.ts";
import type { CallbackClients } from "../../lib/ports/callback-clients.ts";
import type { Rtc } from "../../lib/ports/rtc.ts";
import type { Reservation } from "../../lib/ports/token-bucket.ts";
import { makeAccept } from "../../lib/use-cases/accept-job.ts";
import { announcing } from "../../lib/use-cases/announcing.ts";
import { makeCollectFailed } from "../../lib/use-cases/collect-failed.ts";
import { makeControl } from "../../lib/use-cases/control-job.ts";
import { makeCountJob } from "../../lib/use-cases/count-job.ts";
import { makeDeliver } from "../../lib/use-cases/deliver.ts";
import { makeDispatch } from "../../lib/use-cases/dispatch.ts";
import { makeImportList } from "../../lib/use-cases/import-list.ts";
import { makePublishEvents } from "../../lib/use-cases/publish-events.ts";
import { makeQuery } from "../../lib/use-cases/query-jobs.ts";
import { makeReadList } from "../../lib/use-cases/read-list.ts";
import { makeResendCallback } from "../../lib/use-cases/resend-callback.ts";
import { makeRetry } from "../../lib/use-cases/retry-job.ts";
import { NOW } from "../support/a-job.ts";
import { type Ask, fakeBucket, granted, type UsageSaid } from "../support/fake-bucket.ts";
import { fakeCallbackHost } from "../support/fake-callback-host.ts";
import { type Behaviour, type Call, fakeUpstream } from "../support/fake-upstream.ts";
import { type Around, intercept } from "../support/intercept.ts";
import { simulatedClock } from "../support/simulated-clock.ts";

/** As serverless.yml sets them: how long a worker has, how long its message hides; and the settings' defaults. */
export const WORKER_MS = { express: 30_000, bulk: 120_000 } as const;
const VISIBILITY_MS = { express: 60_000, bulk: 720_000 } as const;
const CALL_TIMEOUT_MS = 10_000;
export const LEASE_MS = leaseMs(CALL_TIMEOUT_MS);
export const SHARE_AGE_MS = 300_000;
export const TTL_MS = 30 * 86_400_000;
export const QUOTA: QuotaPolicy = {
  messages: 12_000,
  windowMs: 60_000,
  marginMs: 300,
  floor: 60,
  minGapMs: 250,
  callTimeoutMs: 10_000,
};

export const CALLER: Caller = { clientId: "client", scopes: new Set(["send", "read", "control"] as const) };

export type WorldOptions = Readonly<{
  /** Receivers of a batch; a list of more is a bulk job. */
  batchSize?: number;
  behave?: (call: Call) => Behaviour;
  /** What the quota answers. Absent: all that is asked for, at once. `policy` instead: the real token bucket. */
  grant?: (ask: Ask) => Reservation;
  usage?: (nowMs: number) => UsageSaid;
  policy?: QuotaPolicy;
  accountOf?: (appId: number) => string | undefined;
  /** Accounts whose upstream is another one. */
  rtcOf?: (account: string) => Rtc | undefined;
  marginMs?: number;
  /** Ids that an import sorts in memory at once. */
  segmentIds?: number;
  /** Of an uploaded file, what an import reads at once. */
  readBytes?: number;
}>;

export type World = ReturnType<typeof makeWorld>;
export type Volley = World["volley"];

/** Everything Volley stands on, in memory and in simulated time. */
export function makeWorld(options: WorldOptions = {}) {
  const {
    batchSize = 3,
    segmentIds = 10,
    readBytes = 500,
    behave,
    grant,
    usage,
    policy,
    accountOf,
    rtcOf,
    marginMs = QUOTA.marginMs,
  } = options;
  const clock = simulatedClock(NOW);
  const { table, ...results } = memoryResults(clock.now);
  const objects = new Map<string, Uint8Array>();
  const uploaded = new Map<string, Uint8Array>();
  const scratched = new Map<string, Uint8Array>();
  const reports = memoryReportFiles();
  const queues = {
    express: memoryTaskQueue(clock.now, VISIBILITY_MS.express),
    bulk: memoryTaskQueue(clock.now, VISIBILITY_MS.bulk),
  };
  const nudges = memoryNudges(clock.now, 360_000);
  const upstream = fakeUpstream(clock, behave ?? (() => ({})));
  const unlimited = () => ({ used: 0, reservedAhead: 0, capacity: QUOTA.messages });
  const quota = fakeBucket(clock, grant ?? (({ nowMs, count }) => granted(nowMs, count)), usage ?? unlimited);
  const bucket = policy ? memoryTokenBucket({ policy, now: clock.now }) : quota.bucket;
  const events: Readonly<{ event: string; [fact: string]: unknown }>[] = [];
  let drawn = 0;
  const drawId = (): string => `drawn${String(++drawn).padStart(6, "0")}`;
  const queue: Parameters<typeof makeAccept>[0]["queue"] = {
    enqueue: (lane, tasks, options) => queues[lane].enqueue(lane, tasks, options),
  };
  const bus: PublishedEvent[] = [];
  const called = fakeCallbackHost(clock);
  const clients: CallbackClients = {
    find: async () => ({ callbackSecrets: ["whsec_c2VjcmV0"], callbackHosts: ["example.com"] }),
  };
  const ports = {
    ...{ publisher: memoryEventPublisher(bus), callbacks: called.callbacks, clients },
    ...{
      uploads: memoryUploads(uploaded, clock.now),
      scratch: importScratchOn(memoryObjects(scratched)),
      reports,
      links: memoryReportLinks(),
    },
    ...{ ...results, lists: memoryReceiverLists(objects), queue, nudges, bucket, quota: bucket, rtc: upstream.rtc },
  };
  const settings = {
    ...{ maxBatch: batchSize, ttlMs: TTL_MS, shareAgeMs: SHARE_AGE_MS, leaseMs: LEASE_MS },
    cutOf: () => ({ quota: QUOTA, bulkBatchSize: batchSize }),
  };
  const facts = {
    ...{ clock, drawId, settings, leaseMs: LEASE_MS, marginMs, callTimeoutMs: CALL_TIMEOUT_MS },
    source: "/volley/test",
    checkCallback: (_url: string, _hosts: readonly string[] | undefined): readonly Text[] => [],
    ...{ random: () => 0, segmentIds, readBytes },
    accountOf: accountOf ?? (() => "account"),
    jobId: (clientId: string, key: string | undefined) => `${clientId} ${key ?? drawId()}`,
    hash: (text: string, list: Uint8Array) => createHash("sha256").update(text).update(list).digest("hex"),
    report: (event: (typeof events)[number]) => void events.push(event),
  };

  /** Every function of one process. @param around stands around each of its calls to a port */
  function processOf(around?: Around) {
    const plain = around ? intercept(ports, around) : ports;
    const mine = { ...facts, ...plain, jobs: announcing(plain.jobs, plain.nudges) };
    const readList = makeReadList(mine);
    const all = { ...mine, readList, collectFailed: makeCollectFailed({ ...mine, readList }) };
    return {
      accept: makeAccept(all),
      dispatch: makeDispatch(all),
      deliver: makeDeliver({ ...all, rtcOf: (account) => rtcOf?.(account) ?? all.rtc }),
      control: makeControl(all),
      query: makeQuery(all),
      retry: makeRetry(all),
      publish: makePublishEvents({ ...all, countJob: makeCountJob(all) }),
      resend: makeResendCallback(all),
      importList: makeImportList(all),
    };
  }

  return {
    /** Accept, where the addresses of callbacks are judged so. */
    acceptWith: (checkCallback: (typeof facts)["checkCallback"]) => makeAccept({ ...facts, ...ports, checkCallback }),
    ...{
      clock,
      table,
      ports,
      objects,
      uploaded,
      scratched,
      reports,
      queues,
      nudges,
      upstream,
      quota,
      events,
      bus,
      called,
      processOf,
    },
    volley: processOf(),
    /** What failed in workers and dispatch runs: their messages came back. */
    failures: [] as unknown[],
  };
}

/** Ids from 1 on; or those given. */
export const listOf = (receivers: number | readonly number[]): BigUint64Array =>
  typeof receivers === "number"
    ? BigUint64Array.from({ length: receivers }, (_, i) => BigInt(i + 1))
    : BigUint64Array.from(receivers, BigInt);

export type RequestParts = Readonly<{ content?: string; appId?: number; options?: Partial<JobOptions> }>;

/** A request to send something to receivers. What is said tells jobs apart in the upstream's inboxes. */
export const aRequest = (
  receivers: number | readonly number[],
  { content = "hello", appId = 7, options }: RequestParts = {},
): JobRequest => ({
  message: { AppId: appId, Sender: "5", MsgType: 10001, Content: content },
  receivers: listOf(receivers),
  duplicatesDropped: 0,
  options: { delivery: "at-most-once", dryRun: false, ...options },
});

/** A job, accepted. */
export async function accepted(
  world: World,
  receivers: number | readonly number[],
  parts?: RequestParts & { key?: string; trace?: string },
): Promise<Job> {
  const { key, trace } = parts ?? {};
  const asking = { caller: CALLER, ...(key !== undefined && { idempotencyKey: key }), ...(trace && { trace }) };
  return (await world.volley.accept(aRequest(receivers, parts), asking)).job;
}

/** The job as it stands. */
export async function jobNow({ ports }: World, { id }: Pick<Job, "id">): Promise<Job> {
  const found = await ports.jobs.find(id);
  if (!found) throw new Error(`there is no job ${id}`);
  return found;
}
