import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { wireSweep } from "../../lib/wire/steer.ts";
import { type Chance, makeChance } from "./chance.ts";
import { type Examined, type Finding, judge } from "./judge.ts";
import { type Laptop, QUOTA, startLaptop } from "./laptop.ts";
import { makeRequests, type Request } from "./requests.ts";
import { drawRules, nameOf, STANDING } from "./upstream-faults.ts";
import { makeVolleyClient, type VolleyClient } from "./volley-client.ts";

const STORM_MS = 40_000;
/** In fair weather everything has come to its end after this long, or it never will. */
const LONGEST_CALM_MS = 80_000;

/**
 * The whole laptop stack, twice on one table, while workers are killed and everything they talk to fails; then fair
 * weather until all jobs have ended. What is drawn is drawn by `seed`; when it strikes is the machine's to say.
 */
export async function runProcesses(seed: number, say: (line: string) => void): Promise<Examined> {
  const chance = makeChance(seed);
  const faultsByKind: Record<string, number> = {};
  const count = (kind: string, times = 1): void => {
    faultsByKind[kind] = (faultsByKind[kind] ?? 0) + times;
  };
  let isStormy = false;
  say("starting two laptop stacks on one DynamoDB, one SQS and one upstream …");
  const laptop = await startLaptop({ chance: makeChance(seed + 1), isOn: () => isStormy, count }, seed);
  try {
    const clients = laptop.stacks.map(({ url }) => makeVolleyClient(url));
    const requests = makeRequests(chance);
    const ids = new Map<Request, string | undefined>();
    const stormEndsMs = Date.now() + STORM_MS;
    const isOver = () => Date.now() > stormEndsMs + LONGEST_CALM_MS;
    isStormy = true;
    say(
      `storm: ${requests.length} jobs, ${requests.reduce((sum, { receivers }) => sum + receivers.length, 0)} receivers`,
    );
    const asking = Promise.all(requests.map((request, i) => ask(request, i % 2)));
    await Promise.all([changeUpstream(laptop, chance, stormEndsMs, count), kill(laptop, chance, stormEndsMs, count)]);
    isStormy = false;
    say("calm: waiting for every job to end …");
    await Promise.all([asking, mend()]);
    const findings = await examine(laptop, clients[0], ids);
    const receivers = requests.reduce((sum, request) => sum + request.receivers.length, 0);
    const { peak } = laptop.simulator.stats();
    const { messages: quota } = QUOTA;
    if (peak > quota)
      findings.push({ kind: "contradiction", job: "all", what: `${peak} messages in a window of ${quota}` });
    return { faultsByKind, receivers, findings, peak, quota };

    async function ask(request: Request, nth: number): Promise<void> {
      await sleep(request.afterMs);
      const client = clients[nth];
      const id = await client?.post(request.body(), request.key, isOver);
      ids.set(request, id);
      for (const { action, afterMs } of request.steering) {
        await sleep(afterMs);
        if (id !== undefined) await client?.steer(id, action);
      }
    }

    /** What people do when the weather clears: resume, redrive; the sweeper does its part. */
    async function mend(): Promise<void> {
      const { sweep } = await wired(laptop);
      const sqs = new SQSClient({});
      for (;;) {
        const jobs = await Promise.all([...ids.values()].map(async (id) => (id ? clients[0]?.job(id) : undefined)));
        const open = jobs.filter((job) => job && job.Tally["Pending"] !== 0);
        if (ids.size === requests.length && open.length === 0) return;
        if (isOver()) return say(`not at rest: ${JSON.stringify(open)}`);
        for (const job of open) if (job?.Status === "paused") await clients[1]?.steer(job.JobId, "resume");
        for (const lane of ["express", "bulk"]) await redrive(sqs, laptop, lane);
        await sweep();
        await sleep(1_000);
      }
    }
  } finally {
    await laptop.stop();
  }
}

/** The sweeper in this process: the stacks have one each, but only once a minute. */
async function wired({ env }: Laptop): Promise<ReturnType<typeof wireSweep>> {
  Object.assign(process.env, env);
  return wireSweep(env);
}

async function changeUpstream(
  { simulator }: Laptop,
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

/** Workers die at any moment; the stack starts new ones. */
async function kill({ stacks }: Laptop, chance: Chance, untilMs: number, count: (kind: string) => void): Promise<void> {
  const killed = new Set<number>();
  while (Date.now() < untilMs) {
    await sleep(chance.between(800, 3_000));
    const stack = stacks[chance.between(0, stacks.length - 1)];
    const pid = stack?.consumerPid(chance.oneOf(["deliverBulk", "deliverExpress"]));
    if (pid === undefined || killed.has(pid)) continue; // the next one is being started
    killed.add(pid);
    process.kill(pid, "SIGKILL");
    count("worker SIGKILL");
  }
}

/** StartMessageMoveTask, which the emulator does not have. */
async function redrive(sqs: SQSClient, { queueUrl }: Laptop, lane: string): Promise<void> {
  const dead = queueUrl(`${lane}-dead-letters`);
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return;
    await Promise.all(Messages.map(putBack));
  }

  async function putBack({ Body, ReceiptHandle }: Message): Promise<void> {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(lane), MessageBody: Body, MessageGroupId: "redriven" }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle }));
  }
}

async function examine(
  { simulator }: Laptop,
  client: VolleyClient | undefined,
  ids: ReadonlyMap<Request, string | undefined>,
): Promise<Finding[]> {
  const inbox = new Map<string, readonly string[]>();
  for (const line of (await (await fetch(`${simulator.url}/_sim/inbox`)).text()).split("\n")) {
    if (line === "") continue;
    const { userId, messageIds } = JSON.parse(line);
    inbox.set(userId, messageIds);
  }
  const deliveredTo = (userId: string) => inbox.get(userId) ?? [];
  const findings: Finding[] = [];
  for (const [{ key, receivers, delivery }, id] of ids) {
    const job = id === undefined ? undefined : await client?.job(id);
    const told = id === undefined ? undefined : await client?.outcomes(id);
    if (!job || !told) {
      findings.push({ kind: "lost", job: key, what: "was never answered" });
      continue;
    }
    const { Sent = 0, Failed = 0, Unknown = 0, Canceled = 0, Pending = 0 } = job.Tally;
    const tally = { sent: Sent, failed: Failed, unknown: Unknown, canceled: Canceled, pending: Pending };
    const { JobId, Status: state } = job;
    const final = told.filter(({ status }) => status !== "pending");
    findings.push(...judge({ job: JobId, delivery, state, receivers, told: final, tally, deliveredTo }));
  }
  return findings;
}
