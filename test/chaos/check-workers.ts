import type { Claim, RowName } from "../../lib/domain/batch-rows.ts";
import { firstOf, type Task } from "../../lib/domain/task.ts";
import type { CallChecks } from "./check-calls.ts";
import type { Invocation } from "./invocations.ts";
import type { Call, Sender } from "./model-upstream.ts";
import type { Ports } from "./ports.ts";
import type { Settings } from "./settings.ts";

type Claimed = Readonly<{ task: Task; claim: Claim; receivers: readonly string[] }>;

/** What happened on the way that the outcomes alone do not show. */
export type Notes = Readonly<{
  /** `run receiver` of everybody whom somebody ever claimed, or tried to. */
  claimed: ReadonlySet<string>;
  /** `run receiver` of every message id that a worker wrote down and was told that it stands. */
  written: ReadonlyMap<string, string>;
  /** Claims that a worker took back and was told so. */
  released: ReadonlySet<string>;
}>;

/** Watches what workers do: which task a call is for, whether the quota's promise covers it, what they wrote down. */
export function makeWorkerWatch(calls: CallChecks, { policy }: Pick<Settings, "policy">) {
  const claimed = new Set<string>();
  const written = new Map<string, string>();
  const released = new Set<string>();
  const notes: Notes = { claimed, written, released };
  return { worker, notes };

  function worker(invocation: Invocation) {
    const tasks: Task[] = [];
    const claims = new Map<string, Claimed>();
    const aheadMs = new Map<number, number>();
    const sent = new Map<number, Call>();
    return { works: (task: Task) => void tasks.push(task), watch, sends };

    function watch(ports: Ports): Ports {
      const { rows, tallies, bucket } = ports;
      return {
        ...ports,
        rows: {
          look: rows.look.bind(rows),
          read: rows.read.bind(rows),
          append: rows.append.bind(rows),
          claim(key, row, claim) {
            claims_(key, claim);
            return rows.claim(key, row, claim);
          },
          async record(key, row, claimId, result) {
            const recorded = await rows.record(key, row, claimId, result);
            if (recorded) stands(key.run, result.sent);
            return recorded;
          },
          async release(key, row, claimId) {
            await rows.release(key, row, claimId);
            released.add(claimId);
          },
          async addLate(key, late) {
            await rows.addLate(key, late);
            stands(key.run, late);
          },
        },
        tallies: {
          read: tallies.read.bind(tallies),
          all: tallies.all.bind(tallies),
          count: tallies.count.bind(tallies),
          async addLate(key, late) {
            const added = await tallies.addLate(key, late);
            if (added) stands(key.run, late.messageIds);
            return added;
          },
        },
        bucket: {
          hold: bucket.hold.bind(bucket),
          isPaused: bucket.isPaused.bind(bucket),
          lift: bucket.lift.bind(bucket),
          answered: bucket.answered.bind(bucket),
          usage: bucket.usage.bind(bucket),
          async reserve(account, ask) {
            const answer = await bucket.reserve(account, ask);
            if (answer.kind === "granted") aheadMs.set(answer.slotMs, answer.aheadMs);
            return answer;
          },
          async moveLate(account, spent) {
            await bucket.moveLate(account, spent);
            const call = sent.get(spent.slotMs);
            if (call) call.isAccountedFor = true;
          },
        },
      };
    }

    function claims_({ run, first, on }: Readonly<{ run: string; first: string; on: RowName }>, claim: Claim): void {
      const mine = tasks.filter((task) => task.run === run && firstOf(task) === first);
      const [task] = mine.toSorted((a, b) => calls.lastValidMs(b) - calls.lastValidMs(a));
      if (!task) return;
      const receivers = on === "batch" ? task.receivers.split(",").slice(0, claim.count) : (claim.receivers ?? []);
      claims.set(receivers.join(), { task, claim, receivers });
      for (const userId of receivers) claimed.add(`${run} ${userId}`);
    }

    function stands(run: string, messageIds: Readonly<Record<string, string>>): void {
      for (const [userId, messageId] of Object.entries(messageIds)) written.set(`${run} ${userId}`, messageId);
    }

    /** @throws {Error} if nobody claimed exactly these receivers */
    function sends(receivers: readonly string[]): Sender {
      const found = claims.get(receivers.join());
      if (!found) throw new Error(`nobody claimed ${receivers}`);
      const { task, claim } = found;
      const leaving = { task, receivers: found.receivers, skewMs: invocation.process.skewMs };
      calls.issued(leaving);
      return {
        invocation,
        run: task.run,
        leaves(call) {
          sent.set(claim.slotMs, call);
          calls.leaves(call, leaving);
        },
        counted(call) {
          const atMs = invocation.now() + (aheadMs.get(claim.slotMs) ?? 0);
          call.isAccountedFor = atMs <= claim.slotMs + policy.marginMs;
        },
      };
    }
  }
}
