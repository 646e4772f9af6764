import { describe, expect, it } from "vitest";
import type { RequestCounter } from "../../lib/ports/request-counter.ts";

const MINUTE_MS = 60_000;
const START_MS = 1_000 * MINUTE_MS;

export function requestCounterContract(name: string, make: () => RequestCounter | Promise<RequestCounter>): void {
  let drawn = 0;
  /** Nobody has asked for this one yet. */
  const aNewClient = () => `client${++drawn}`;

  describe(`${name} counts requests`, () => {
    it("allows as many as the limit in a minute, and again in the next", async () => {
      const counter = await make();
      const id = aNewClient();
      const take = async (atMs: number) => (await counter.take(id, 3, atMs)).allowed;
      expect([await take(START_MS), await take(START_MS + 1), await take(START_MS + 2)]).toEqual([true, true, true]);
      expect([await take(START_MS + 3), await take(START_MS + MINUTE_MS - 1)]).toEqual([false, false]);
      expect(await take(START_MS + MINUTE_MS)).toBe(true);
    });

    it("says when the next minute begins", async () => {
      const { resetMs } = await (await make()).take(aNewClient(), 1, START_MS + 59_000);
      expect(resetMs).toBe(START_MS + MINUTE_MS);
    });

    it("counts each client for itself", async () => {
      const counter = await make();
      await counter.take(aNewClient(), 1, START_MS);
      expect((await counter.take(aNewClient(), 1, START_MS)).allowed).toBe(true);
    });

    it("lets a clock that is behind take no more than the rest of the minute that was reached", async () => {
      const counter = await make();
      const id = aNewClient();
      await counter.take(id, 2, START_MS);
      const late = [0, 1, 2].map(() => counter.take(id, 2, START_MS - 1));
      const allowed = (await Promise.all(late)).filter((one) => one.allowed);
      expect(allowed).toHaveLength(1);
    });

    it("allows exactly the limit to rivals", async () => {
      const counter = await make();
      const id = aNewClient();
      const all = await Promise.all(Array.from({ length: 20 }, () => counter.take(id, 7, START_MS)));
      expect(all.filter(({ allowed }) => allowed)).toHaveLength(7);
    });
  });
}
