import { importScratchOn } from "../../lib/adapters/import-scratch-on.ts";
import { memoryObjects } from "../../lib/adapters/memory-objects.ts";
import { memoryReportFiles } from "../../lib/adapters/memory-report-files.ts";
import { memoryReportLinks } from "../../lib/adapters/memory-report-links.ts";
import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { memoryUploads } from "../../lib/adapters/memory-uploads.ts";
import type { Settled } from "../../lib/domain/settled.ts";
import type { Task } from "../../lib/domain/task.ts";
import type { Nudge } from "../../lib/ports/nudges.ts";
import { makeAccept } from "../../lib/use-cases/accept-job.ts";
import { makeCollectFailed } from "../../lib/use-cases/collect-failed.ts";
import { makeControl } from "../../lib/use-cases/control-job.ts";
import { makeDeliver } from "../../lib/use-cases/deliver.ts";
import { makeDispatch } from "../../lib/use-cases/dispatch.ts";
import type { DispatchEvent } from "../../lib/use-cases/dispatch-event.ts";
import { makeImportList } from "../../lib/use-cases/import-list.ts";
import { makeQuery } from "../../lib/use-cases/query-jobs.ts";
import { makeReadList } from "../../lib/use-cases/read-list.ts";
import { makeRetry } from "../../lib/use-cases/retry-job.ts";
import { makeFunctionPorts, type World } from "./function-ports.ts";
import type { Invocation } from "./invocations.ts";
import type { Ports } from "./ports.ts";

/** The real use cases as one call of a Lambda function has them: each over ports that fail it. */
export function makeFunctions(world: World) {
  const { agenda, settings, checker, ledgers, chance, tell } = world;
  const { policy, create, callTimeoutMs } = settings;
  const { portsFor, drawId } = makeFunctionPorts(world);
  const jobId = (clientId: string, key: string | undefined): string => idOf(clientId, key ?? drawId());
  return { accept, control, deliver, dispatch, importList, query, retry };

  function accept(invocation: Invocation) {
    const uploads = memoryUploads(new Map(), invocation.now);
    const ports = portsFor(invocation, "accept");
    return makeAccept({ uploads, ...ports, quota: ports.bucket, ...common("accept"), jobId });
  }

  function control(invocation: Invocation) {
    return makeControl(portsFor(invocation, "control"));
  }

  function retry(invocation: Invocation) {
    const ports = portsFor(invocation, "retry");
    return makeRetry({ ...ports, ...common("retry"), collectFailed: collectFailed(ports), jobId });
  }

  function importList(invocation: Invocation) {
    const ports = portsFor(invocation, "import");
    const files = {
      uploads: memoryUploads(new Map(), invocation.now),
      scratch: importScratchOn(memoryObjects(new Map())),
      reports: memoryReportFiles(),
    };
    const work = makeImportList({ ...ports, ...files, collectFailed: collectFailed(ports), settings: create });
    return (job: string, deadlineMs: number) => work({ job }, deadlineMs);
  }

  function query(invocation: Invocation) {
    const ports = portsFor(invocation, "query");
    return makeQuery({ links: memoryReportLinks(), ...ports, readList: makeReadList(ports) });
  }

  function collectFailed(ports: Ports) {
    return makeCollectFailed({ ...ports, readList: makeReadList(ports) });
  }

  function common(name: string) {
    const report = (event: object): void => tell(`${name}: ${JSON.stringify(event)}`);
    return { accountOf: () => "account", checkCallback: () => [], report, settings: create };
  }

  /** @param locks false: it runs beside another run, as after the lock's own time */
  function dispatch(invocation: Invocation, locks = true) {
    const ports = portsFor(invocation, "dispatch");
    const run = checker.dispatchRuns(invocation);
    const truth = memoryTokenBucket({ policy, now: agenda.now, ledgers });
    const report = (event: DispatchEvent): void => {
      tell(
        `${invocation.name}: ${JSON.stringify(event, (_, value) => (value instanceof Error ? value.message : value))}`,
      );
      run.reports(event);
    };
    const made = makeDispatch({
      ...ports,
      due: checker.due.watch(ports.due),
      lock: locks ? ports.lock : NO_LOCK,
      quota: {
        async usage(account) {
          const before = await truth.usage(account);
          const usage = await ports.bucket.usage(account);
          const after = await truth.usage(account);
          run.begins(Math.max(before.capacity, after.capacity));
          return usage;
        },
      },
      readList: makeReadList(ports),
      report,
      settings: { shareAgeMs: settings.shareAgeMs, leaseMs: ports.leaseMs },
    });
    return {
      eachMinute: (): Promise<void> => made.eachMinute().finally(run.ends),
      nudged: (nudge: Nudge): Promise<Settled> => made.nudged(nudge).finally(run.ends),
    };
  }

  /** One process's deliver: tasks that it is given at once wait for quota in one line. */
  function deliver(invocation: Invocation): (task: Task, deadlineMs: number) => Promise<Settled> {
    const at = checker.worker(invocation);
    const ports = at.watch(portsFor(invocation, "deliver", at));
    const run = makeDeliver({
      ...ports,
      rtcOf: () => ports.rtc,
      random: chance.share,
      report: (event) => tell(`${invocation.name}: ${JSON.stringify(event)}`),
      marginMs: policy.marginMs,
      callTimeoutMs,
    });
    return (task, deadlineMs) => {
      at.works(task);
      return run(task, deadlineMs);
    };
  }
}

/** As if the lock's own time were over. */
const NO_LOCK: Ports["lock"] = { take: async () => ({ kind: "taken", token: "" }), release: async () => {} };

/** The same for the same client and key, as lib/wire has it. */
export const idOf = (clientId: string, key: string): string => {
  const text = `${clientId}${key}`.toLowerCase().replaceAll(/[^0-9a-z]/g, "");
  return text.slice(-40).padStart(20, "0");
};
