import type { BadEvent } from "../domain/incoming.ts";

/** A message that can never be worked on, and why. */
export type DeadLetter = BadEvent &
  Readonly<{
    body: string;
    /** Under which the queue first delivered it. */
    messageId: string;
  }>;

/** Where messages go that no repetition can help; what may succeed later comes again by the queue itself. */
export interface DeadLetters {
  bury(letter: DeadLetter): Promise<void>;
}
