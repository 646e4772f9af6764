import type { Settled } from "../domain/settled.ts";
import { DELETE } from "../domain/settled.ts";
import type { DeadLetters } from "../ports/dead-letters.ts";
import type { QueueMessage } from "./take-request.ts";

/**
 * Work on what a queue message says. One that cannot be read now never can: it is buried at once, with the reason. What
 * fails in the work is thrown, and comes again.
 */
export function makeReadOrBury(deadLetters: DeadLetters) {
  return async function readOrBury<T>(
    { id, body }: QueueMessage,
    read: (body: string) => T,
    work: (value: T) => Promise<Settled>,
  ): Promise<Settled> {
    let value: T;
    try {
      value = read(body);
    } catch (error) {
      const faults = [{ pointer: "", detail: error instanceof Error ? error.message : String(error) }];
      const why = { door: "sqs", reason: "the message cannot be read", faults, total: 1 } as const;
      await deadLetters.bury({ body, messageId: id, ...why });
      return DELETE;
    }
    return work(value);
  };
}
