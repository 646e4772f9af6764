import type { DeadLetter, DeadLetters } from "../ports/dead-letters.ts";

/** @param letters where they go */
export const memoryDeadLetters = (letters: DeadLetter[]): DeadLetters => ({
  async bury(letter) {
    letters.push(letter);
  },
});
