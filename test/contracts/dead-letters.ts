import { describe, expect, it } from "vitest";
import type { DeadLetter, DeadLetters } from "../../lib/ports/dead-letters.ts";

export const aLetter = (parts: Partial<DeadLetter> = {}): DeadLetter => ({
  body: '{"AppId":"x"}',
  messageId: "sqs-1",
  door: "sqs",
  reason: "the event has faults",
  faults: [{ pointer: "/AppId", detail: "must be a whole number" }],
  total: 1,
  ...parts,
});

/** Every DeadLetters passes this one suite. `read`: what was buried since it was last read. */
export function deadLettersContract(
  name: string,
  make: () => Readonly<{ deadLetters: DeadLetters; read(): Promise<readonly DeadLetter[]> }>,
): void {
  describe(`${name} honours DeadLetters`, () => {
    it.each([
      { what: "one fault", letter: aLetter() },
      { what: "no JSON", letter: aLetter({ body: "hello", faults: [{ pointer: "", detail: "is not JSON" }] }) },
      {
        what: "faults of any characters",
        letter: aLetter({ body: '{"漢":1}', faults: [{ pointer: "/漢\uffff\n", detail: "🙂" }] }),
      },
      { what: "more faults than are listed", letter: aLetter({ door: "eventbridge", total: 300 }) },
      {
        what: "a hundred faults",
        letter: aLetter({
          total: 100,
          faults: Array.from({ length: 100 }, (_, i) => ({ pointer: `/Receiver/${i}`, detail: "must be a user id" })),
        }),
      },
    ])("keeps a message with $what, and why", async ({ letter }) => {
      const { deadLetters, read } = make();
      await deadLetters.bury(letter);
      expect(await read()).toEqual([letter]);
    });
  });
}
