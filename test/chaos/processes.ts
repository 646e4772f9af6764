import { setTimeout as sleep } from "node:timers/promises";
import { purgeQueues } from "../../local/demo/purge.ts";
import { ENDED, type Ended, untilAtRest } from "./at-rest.ts";
import { type Chance, makeChance } from "./chance.ts";
import type { Examined } from "./examine.ts";
import type { Finding } from "./findings.ts";
import { judge } from "./judge.ts";
import { laneQueues } from "./lane-queues.ts";
import { type LocalStacks, QUOTA, startLocalStacks } from "./local-stacks.ts";
import { makeRequests, type Request } from "./requests.ts";
import { drawRules, nameOf, STANDING } from "./upstream-faults.ts";
import { makeVolleyClient, type Posted, type VolleyClient } from "./volley-client.ts";

const FAULTS_MS = 40_000;
/** Long past what the slowest machine needs: whatever still moves then is cut off, and the run says so. */
const CUT_OFF_MS = 20 * 60_000;
const LOOK_EVERY_MS = 1_000;
const PURGES = 2;

/**
 * The whole local stack, twice on one table, while workers are killed, queues are purged and everything they talk to fails;
 * then without faults until nothing moves any more: dispatch alone finds again what was lost. What is drawn is drawn by
 * `seed`; when it happens is the machine's to say.
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
    const [client, other] = local.stacks.map(makeVolleyClient);
    if (!client || !other) throw new Error("two stacks were to be started");
    await Promise.all([client.warmUp(), other.warmUp()]);
    const requests = makeRequests(chance);
    const posted = new Map<Request, Posted>();
    const faultsEndMs = Date.now() + FAULTS_MS;
    const isCutOff = () => Date.now() > faultsEndMs + CUT_OFF_MS;
    const receivers = requests.reduce((sum, request) => sum + request.receivers.length, 0);
    isOn = true;
    say(`faults on: ${requests.length} jobs, ${receivers} receivers`);
    const asking = Promise.all(requests.map((request, i) => ask(request, i % 2 === 0 ? client : other)));
    await Promise.all([
      changeUpstream(local, chance, faultsEndMs, count),
      kill(local, chance, faultsEndMs, count),
      purge(local, chance, faultsEndMs, count),
    ]);
    isOn = false;
    say("faults off: waiting until nothing moves any more …");
    const lanes = laneQueues(local.sqsUrl);
    const resting = untilAtRest({
      ...{ client: other, posted: () => [...posted.values()], requests: requests.length, isCutOff },
      ...{ quietRuns: local.motion.quietRuns, areEmpty: lanes.areEmpty, pause: () => sleep(LOOK_EVERY_MS) },
    });
    const [ended] = await Promise.all([resting, asking]).finally(lanes.close);
    say(`${ended} ${Math.round((Date.now() - faultsEndMs) / 1_000)} s later`);
    const { findings, unread } = await examine(local, client, posted, ended, isCutOff);
    const { peak } = local.simulator.stats();
    const { messages: quota } = QUOTA;
    if (peak > quota) {
      const what = `${peak} messages in a window of ${quota}`;
      findings.push({ kind: "contradiction", rule: "no window over the quota", job: "all", what });
    }
    // The simulator counts every call it took, also those of workers that were killed: none is left out.
    return { faultsByKind, receivers, findings, peak, quota, uncounted: 0, ended: unread > 0 ? "cut off" : ended };

    async function ask(request: Request, asks: VolleyClient): Promise<void> {
      await sleep(request.afterMs);
      const answer = await asks.post(request.body(), request.key, isCutOff);
      posted.set(request, answer);
      for (const { action, afterMs } of request.control) {
        await sleep(afterMs);
        if (answer.kind === "accepted") await asks.control(answer.id, action);
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

/** @returns also how many jobs could not be read before all was cut off: of them nothing is known */
async function examine(
  { simulator }: LocalStacks,
  client: VolleyClient,
  posted: ReadonlyMap<Request, Posted>,
  ended: Ended,
  isCutOff: () => boolean,
): Promise<{ findings: Finding[]; unread: number }> {
  const inbox = new Map<string, readonly string[]>();
  for (const line of (await (await fetch(`${simulator.url}/_sim/inbox`)).text()).split("\n")) {
    if (line === "") continue;
    const { userId, messageIds } = JSON.parse(line);
    inbox.set(userId, messageIds);
  }
  const deliveredTo = (userId: string) => inbox.get(userId) ?? [];
  const findings: Finding[] = [];
  let unread = 0;
  for (const [{ key, receivers, delivery }, answer] of posted) {
    if (answer.kind === "late" || answer.kind === "refused") {
      const got = receivers.filter((userId) => deliveredTo(userId).length > 0).length;
      const rule = "who is refused sends nothing";
      if (got > 0) findings.push({ kind: "contradiction", rule, job: key, what: `${got} got it` });
      if (answer.kind === "refused")
        findings.push({ kind: "lost", rule: "every request is taken", job: key, what: answer.why });
      continue;
    }
    const job = answer.kind === "accepted" ? await client.jobAgain(answer.id, isCutOff) : undefined;
    const told = job && (await client.outcomes(job.JobId, isCutOff));
    if (!job || !told) {
      unread += 1;
      continue;
    }
    const { Sent = 0, Failed = 0, Unknown = 0, Canceled = 0, Pending = 0 } = job.Tally;
    const tally = { sent: Sent, failed: Failed, unknown: Unknown, canceled: Canceled, pending: Pending };
    const { JobId, Status: state } = job;
    const hasEnded = ENDED.has(state);
    if (!hasEnded && ended === "stuck")
      findings.push({ kind: "lost", rule: "every job ends", job: JobId, what: state });
    if (!hasEnded) continue; // it may change while it is read
    findings.push(...judge({ job: JobId, delivery, state, hasEnded, receivers, told, tally, deliveredTo }));
  }
  return { findings, unread };
}
