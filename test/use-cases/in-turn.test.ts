import { expect, it } from "vitest";
import { makeInTurn } from "../../lib/use-cases/in-turn.ts";

it("work of one name waits for its turn, other work does not, and a failure is its own", async () => {
  const inTurn = makeInTurn();
  const told: string[] = [];
  let free = (): void => {};
  const gate = new Promise<void>((resolve) => {
    free = resolve;
  });
  const first = inTurn("a", async () => {
    await gate;
    told.push("a1");
    throw new Error("a1 failed");
  });
  const second = inTurn("a", async () => {
    told.push("a2");
    return 2;
  });
  await inTurn("b", async () => void told.push("b"));
  expect(told).toEqual(["b"]);
  free();
  await expect(first).rejects.toThrow("a1 failed");
  expect(await second).toBe(2);
  expect(await inTurn("a", async () => 3)).toBe(3);
  expect(told).toEqual(["b", "a1", "a2"]);
});
