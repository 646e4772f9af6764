import { setTimeout as sleep } from "node:timers/promises";
import { purgeQueues } from "../../local/demo/purge.ts";
import { type Chance, makeChance } from "./chance.ts";
import type { Examined } from "./examine.ts";
import type { Finding } from "./findings.ts";
import { judge } from "./judge.ts";
import { type LocalStacks, QUOTA, startLocalStacks } from "./local-stacks.ts";
import { makeRequests, type Request } from "./requests.ts";
import { drawRules, nameOf, STANDING } from "./upstream-faults.ts";
import { makeVolleyClient, type Posted, type VolleyClient } from "./volley-client.ts";

const FAULTS_MS = 40_000;
/** Without faults something happens within this time, on a slow machine too, or nothing ever will. */
const LONGEST_QUIET_MS = 60_000;
const PURGES = 2;
const ENDED: ReadonlySet<string> = new Set(["done", "canceled", "expired", "rejected"]);

/**
 * The whole local stack, twice on one table, while workers are killed, queues are purged and everything they talk to fails;
 * then without faults until all jobs have ended: dispatch alone finds again what was lost. What is drawn is drawn by `seed`;
 * when it happens is the machine's to say.
 */
export async function runProcesses(seed: number, say: (line: string) => void): Promise<Examined> {
  const chance = makeChance(seed);
  const faultsByKind: Record<string, number> = {};
  const count = (kind: string, times = 1): void => {
    faultsByKind[kind] = (faultsByKind[kind] ?? 0) + times;
  };
  let isOn = false;
  say("starting two local stacks on one DynamoDB, one SQS, one S3 and one upstream …");
  const local = await startLocalStacks({ chance: makeChance(seed + 1), isOn: () => isOn, count }, seed);
  try {
    const clients = local.stacks.map(makeVolleyClient);
    await Promise.all(clients.map((client) => client.warmUp()));
    const requests = makeRequests(chance);
    const posted = new Map<Request, Posted>();
    const faultsEndMs = Date.now() + FAULTS_MS;
    let progress = "";
    let progressAtMs = faultsEndMs;
    const isOver = () => Date.now() > progressAtMs + LONGEST_QUIET_MS;
    const receivers = requests.reduce((sum, request) => sum + request.receivers.length, 0);
    isOn = true;
    say(`faults on: ${requests.length} jobs, ${receivers} receivers`);
    const asking = Promise.all(requests.map((request, i) => ask(request, i % 2)));
    await Promise.all([
      changeUpstream(local, chance, faultsEndMs, count),
      kill(local, chance, faultsEndMs, count),
      purge(local, chance, faultsEndMs, count),
    ]);
    isOn = false;
    say("faults off: waiting for every job to end …");
    await Promise.all([asking, untilAtRest()]);
    const findings = await examine(local, clients[0], posted);
    const { peak } = local.simulator.stats();
    const { messages: quota } = QUOTA;
    if (peak > quota) {
      const what = `${peak} messages in a window of ${quota}`;
      findings.push({ kind: "contradiction", rule: "no window over the quota", job: "all", what });
    }
    return { faultsByKind, receivers, findings, peak, quota, uncounted: 0 };

    async function ask(request: Request, nth: number): Promise<void> {
      await sleep(request.afterMs);
      const client = clients[nth];
      const answer = (await client?.post(request.body(), request.key, isOver)) ?? { kind: "unanswered" };
      posted.set(request, answer);
      for (const { action, afterMs } of request.control) {
        await sleep(afterMs);
        if (answer.kind === "accepted") await client?.control(answer.id, action);
      }
    }

    /** What is still paused its client resumes. Nobody else does anything. */
    async function untilAtRest(): Promise<void> {
      for (;;) {
        const known = [...posted.values()].flatMap((one) => (one.kind === "accepted" ? one.id : []));
        const jobs = await Promise.all(known.map((id) => clients[0]?.job(id)));
        const open = jobs.filter((job) => !job || !ENDED.has(job.Status)); // who gives no answer is not at rest either
        if (posted.size === requests.length && open.length === 0) return;
        const now = JSON.stringify([posted.size, open.map((job) => [job?.Status, job?.Tally])]);
        if (now !== progress) progressAtMs = Math.max(progressAtMs, Date.now());
        progress = now;
        if (isOver()) return say(`not at rest: ${JSON.stringify(open)}`);
        for (const job of open) if (job?.Status === "paused") await clients[1]?.control(job.JobId, "resume");
        await sleep(1_000);
      }
    }
  } finally {
    await local.stop();
  }
}

async function changeUpstream(
  { simulator }: LocalStacks,
  chance: Chance,
  untilMs: number,
  count: (kind: string, times: number) => void,
): Promise<void> {
  for (;;) {
    const isOver = Date.now() > untilMs;
    const standing = (await (await fetch(`${simulator.url}/_sim/faults`)).json()) as { do: object; hits: number }[];
    for (const rule of standing) if (rule.hits > 0) count(nameOf(rule as Parameters<typeof nameOf>[0]), rule.hits);
    simulator.setFaults([...(isOver ? [] : drawRules(chance)), ...STANDING]);
    if (isOver) return;
    await sleep(chance.between(1_000, 2_500));
  }
}

/** Workers and dispatchers die at any moment; the stack starts new ones. */
async function kill(
  { stacks }: LocalStacks,
  chance: Chance,
  untilMs: number,
  count: (kind: string) => void,
): Promise<void> {
  const killed = new Set<number>();
  while (Date.now() < untilMs) {
    await sleep(chance.between(800, 3_000));
    const stack = stacks[chance.between(0, stacks.length - 1)];
    const pid = stack?.consumerPid(chance.oneOf(["deliverBulk", "deliverExpress", "deliverBulk", "dispatch"]));
    if (!pid || killed.has(pid)) continue; // the next one is being started
    killed.add(pid);
    process.kill(pid, "SIGKILL");
    count("worker SIGKILL");
  }
}

/** Both lanes and their dead letters are emptied, what workers have in hand included. */
async function purge(
  { sqsUrl }: LocalStacks,
  chance: Chance,
  untilMs: number,
  count: (kind: string) => void,
): Promise<void> {
  const everyMs = (untilMs - Date.now()) / (PURGES + 1);
  for (let left = PURGES; left > 0; left--) {
    await sleep(chance.between(everyMs / 2, everyMs));
    await purgeQueues(sqsUrl);
    count("queues purged");
  }
}

async function examine(
  { simulator }: LocalStacks,
  client: VolleyClient | undefined,
  posted: ReadonlyMap<Request, Posted>,
): Promise<Finding[]> {
  const inbox = new Map<string, readonly string[]>();
  for (const line of (await (await fetch(`${simulator.url}/_sim/inbox`)).text()).split("\n")) {
    if (line === "") continue;
    const { userId, messageIds } = JSON.parse(line);
    inbox.set(userId, messageIds);
  }
  const deliveredTo = (userId: string) => inbox.get(userId) ?? [];
  const findings: Finding[] = [];
  for (const [{ key, receivers, delivery }, answer] of posted) {
    const got = receivers.filter((userId) => deliveredTo(userId).length > 0).length;
    if (answer.kind === "late") {
      const rule = "who is refused sends nothing";
      if (got > 0) findings.push({ kind: "contradiction", rule, job: key, what: `${got} got it` });
      continue;
    }
    const job = answer.kind === "accepted" ? await client?.jobAgain(answer.id) : undefined;
    const told = answer.kind === "accepted" ? await client?.outcomes(answer.id) : undefined;
    if (!job || !told) {
      const what = answer.kind === "refused" ? answer.why : answer.kind;
      findings.push({ kind: "lost", rule: "every request is answered", job: key, what });
      continue;
    }
    const { Sent = 0, Failed = 0, Unknown = 0, Canceled = 0, Pending = 0 } = job.Tally;
    const tally = { sent: Sent, failed: Failed, unknown: Unknown, canceled: Canceled, pending: Pending };
    const { JobId, Status: state } = job;
    if (!ENDED.has(state)) findings.push({ kind: "lost", rule: "every job ends", job: JobId, what: state });
    const evidence = { job: JobId, delivery, state, hasEnded: ENDED.has(state), receivers, told, tally, deliveredTo };
    findings.push(...judge(evidence));
  }
  return findings;
}
