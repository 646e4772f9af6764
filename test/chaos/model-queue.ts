import type { Task } from "../../lib/domain/batches.ts";
import type { Lane } from "../../lib/domain/job.ts";
import { readTask } from "../../lib/domain/read-task.ts";
import type { TaskQueue } from "../../lib/use-cases/record-attempt.ts";
import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { Weather } from "./weather.ts";

type Stored = { lane: Lane; body: string; visibleAtMs: number; receives: number; isCopy?: true };

export type Received = Readonly<{
  task: Task;
  remove(): void;
  /** It failed: as `sqsComeAgain` does it. */
  comeAgain(): void;
}>;

const FIRST_AGAIN_MS = 15_000;

export type QueueSettings = Readonly<{ visibilityMs: number; maxReceives: number }>;

/** Two standard queues with what SQS may do: any order, some messages twice, and a dead-letter queue behind each. */
export function makeModelQueue(
  agenda: Agenda,
  weather: Weather,
  chance: Chance,
  { visibilityMs, maxReceives }: QueueSettings,
) {
  const stored = new Set<Stored>();
  let dead: Stored[] = [];
  const listeners = new Map<Lane, () => void>();

  function store(message: Stored): void {
    stored.add(message);
    agenda.at(message.visibleAtMs, () => listeners.get(message.lane)?.());
  }

  function hide(message: Stored, ms: number): void {
    message.visibleAtMs = agenda.now() + ms;
    agenda.at(message.visibleAtMs, () => listeners.get(message.lane)?.());
  }

  const enqueue: TaskQueue["enqueue"] = async (lane, tasks, delaySeconds) => {
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
      throw new RangeError(`SQS takes a delay of 0 to 900 whole seconds, not ${delaySeconds}`);
    }
    const inPart = weather.strikes("sentInPart");
    for (const task of tasks) {
      if (inPart && chance.happens(0.5)) continue;
      const visibleAtMs = agenda.now() + delaySeconds * 1000;
      store({ lane, body: JSON.stringify(task), visibleAtMs, receives: 0 });
    }
    if (inPart) throw new Error("SQS did not take all messages");
  };

  return {
    enqueue,
    /** Hear of messages that can be received. */
    listen: (lane: Lane, hear: () => void) => void listeners.set(lane, hear),

    receive(lane: Lane, atMost: number): Received[] {
      const visible = [...stored].filter((one) => one.lane === lane && one.visibleAtMs <= agenda.now());
      const received: Received[] = [];
      while (received.length < atMost && visible.length > 0) {
        const [message] = visible.splice(chance.between(0, visible.length - 1), 1);
        if (!message) break;
        message.receives += 1;
        if (message.receives > maxReceives) {
          stored.delete(message);
          dead.push(message);
          continue;
        }
        hide(message, visibilityMs);
        if (!message.isCopy && weather.strikes("deliveredTwice")) {
          const againMs = chance.between(0, chance.oneOf([50, 20_000, visibilityMs]));
          store({ ...message, isCopy: true, visibleAtMs: agenda.now() + againMs });
        }
        received.push({
          task: readTask(message.body),
          remove: () => void (weather.strikes("notDeleted") || stored.delete(message)),
          comeAgain: () => hide(message, FIRST_AGAIN_MS * 2 ** (message.receives - 1)),
        });
      }
      return received;
    },

    /** What an operator does with a dead-letter queue: StartMessageMoveTask. */
    redrive(): void {
      for (const message of dead) store({ ...message, receives: 0, visibleAtMs: agenda.now() });
      dead = [];
    },
    isEmpty: () => stored.size === 0 && dead.length === 0,
    size: () => stored.size + dead.length,
  };
}

export type ModelQueue = ReturnType<typeof makeModelQueue>;
