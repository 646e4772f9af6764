import { beforeEach, describe, expect, it } from "vitest";
import type { QuotaControl } from "../../lib/ports/quota-control.ts";
import type { TokenBucket } from "../../lib/ports/token-bucket.ts";

const START = 1_700_000_000_000;

/** The part of the token bucket's contract that is about messages of a second: calls are open until they are answered. */
export function secondContract(name: string, make: (now: () => number) => TokenBucket & QuotaControl): void {
  describe(`${name} honours TokenBucket, messages of a second`, () => {
    let bucket: TokenBucket & QuotaControl;
    let nowMs = START;
    let account = "";
    let tests = 0;
    const reserve = (count: number) => bucket.reserve(account, { count, lane: "express", maxWaitMs: 0 });

    beforeEach(async () => {
      nowMs = START;
      tests += 1;
      account = `${name} second ${tests}`;
      bucket = make(() => nowMs);
      await bucket.change(account, { event: "limits", by: "ops", limits: { perSecond: 100 } });
    });

    it("keeps a second's tokens away until a call is answered, told together with others that ask", async () => {
      const both = await Promise.all([reserve(60), reserve(30)]);
      const calls = both.flatMap((one) => (one.kind === "granted" && one.call !== undefined ? [one.call] : []));
      expect(new Set(calls).size).toBe(2);
      nowMs = START + 1_300;
      expect(await reserve(60)).toMatchObject({ kind: "wait", untilMs: nowMs + 250 });
      const told = calls.map((call) => bucket.answered(account, call));
      const [next] = await Promise.all([reserve(60), ...told]);
      await Promise.all(calls.map((call) => bucket.answered(account, call)));
      expect(next.kind === "granted" ? next : await reserve(60)).toMatchObject({ slotMs: nowMs });
    });

    it("moves a late call's tokens of a second too, and waits for it no longer", async () => {
      const late = await reserve(90);
      nowMs = START + 3_000;
      const call = late.kind === "granted" ? late.call : undefined;
      await bucket.moveLate(account, { slotMs: START, count: 90, answeredAtMs: nowMs, call });
      nowMs = START + 4_000;
      expect(await reserve(90)).toMatchObject({ kind: "granted", slotMs: nowMs });
    });
  });
}
