import { expect, it } from "vitest";
import { inParallel } from "../../lib/use-cases/in-parallel.ts";

it("rejects only once nothing is under way any more", async () => {
  const done: number[] = [];
  const work = async (ms: number): Promise<void> => {
    if (ms === 0) throw new Error("away");
    for (let turns = 0; turns < ms; turns++) await Promise.resolve();
    done.push(ms);
  };
  await expect(inParallel(3, [50, 0, 20], work)).rejects.toThrow("away");
  expect(done).toEqual([20, 50]);
});
