import type { Agenda } from "./agenda.ts";
import type { Chance } from "./chance.ts";
import type { FaultPlan } from "./fault-plan.ts";

type Stored<T> = { body: T; visibleAtMs: number; receives: number; isCopy?: true };

/** A message as its consumer has it. */
export type Received<T> = Readonly<{
  body: T;
  remove(): void;
  /** It waits for something: it comes again then. */
  returnAt(atMs: number): void;
  /** It failed: it comes again, ever later. */
  returnAfterFailure(): void;
}>;

export type QueueSettings = Readonly<{ visibilityMs: number; maxReceives: number }>;

// As lib/adapters/sqs-return.ts has them.
const FIRST_RETURN_MS = 15_000;
const LONGEST_RETURN_MS = 1_800_000;
const LONGEST_WAIT_MS = 3_600_000;

/** One standard queue with what SQS may do: any order, some messages twice, some never, dead letters. */
export function makeModelQueue<T>(
  { agenda, plan, chance }: Readonly<{ agenda: Agenda; plan: FaultPlan; chance: Chance }>,
  { visibilityMs, maxReceives }: QueueSettings,
) {
  const stored = new Set<Stored<T>>();
  let hear = (): void => {};

  function store(message: Stored<T>): void {
    stored.add(message);
    hide(message, message.visibleAtMs);
  }

  function hide(message: Stored<T>, atMs: number): void {
    message.visibleAtMs = atMs;
    agenda.at(atMs, () => hear());
  }

  return {
    /** @throws {RangeError} where SQS refuses, {@link Error} if it did not take all */
    async put(bodies: readonly T[], delaySeconds: number): Promise<void> {
      if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
        throw new RangeError(`SQS takes a delay of 0 to 900 whole seconds, not ${delaySeconds}`);
      }
      const inPart = plan.happens("sentInPart");
      for (const body of bodies) {
        if (inPart && chance.happens(0.5)) continue;
        store({ body, visibleAtMs: agenda.now() + delaySeconds * 1000, receives: 0 });
      }
      if (inPart) throw new Error("SQS did not take all messages");
    },

    /** Whom to tell when a message can be received. */
    listen(consumer: () => void): void {
      hear = consumer;
    },

    receive(atMost: number): Received<T>[] {
      const visible = [...stored].filter(({ visibleAtMs }) => visibleAtMs <= agenda.now());
      const received: Received<T>[] = [];
      while (received.length < atMost && visible.length > 0) {
        const [message] = visible.splice(chance.between(0, visible.length - 1), 1);
        if (!message) break;
        message.receives += 1;
        if (message.receives > maxReceives) {
          stored.delete(message); // a dead letter, which nobody looks at
          continue;
        }
        hide(message, agenda.now() + visibilityMs);
        if (!message.isCopy && plan.happens("deliveredTwice")) {
          const againMs = chance.between(0, chance.oneOf([50, 5_000, visibilityMs]));
          store({ ...message, isCopy: true, visibleAtMs: agenda.now() + againMs });
        }
        const { receives } = message;
        const returnAt = (atMs: number): void => {
          if (stored.has(message))
            hide(message, Math.min(Math.max(atMs, agenda.now()), agenda.now() + LONGEST_WAIT_MS));
        };
        received.push({
          body: message.body,
          remove: () => void (plan.happens("notDeleted") || stored.delete(message)),
          returnAt,
          returnAfterFailure: () =>
            returnAt(agenda.now() + Math.min(LONGEST_RETURN_MS, FIRST_RETURN_MS * 2 ** (receives - 1))),
        });
      }
      return received;
    },

    purge(): void {
      stored.clear();
    },
    isEmpty: (): boolean => stored.size === 0,
  };
}

export type ModelQueue<T> = ReturnType<typeof makeModelQueue<T>>;
