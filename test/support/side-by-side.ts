import { describe } from "vitest";

/** Run a suite of a stack beside those that are declared so before and after it. Its own tests run in turn: most of it is waiting. */
export function sideBySide(name: string, load: () => Promise<unknown>): void {
  describe.concurrent(name, () => {
    describe("in turn", { concurrent: false }, async () => void (await load()));
  });
}
