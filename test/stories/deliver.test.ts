import { describe, expect, it } from "vitest";
import { accepted, drain, expectEverybodyAnswered, makeWorld, summaryOf } from "./world.ts";

describe("deliver", () => {
  it("happy", async () => {
    const world = await accepted(makeWorld());
    await drain(world);
    expect(await summaryOf(world)).toEqual(world.ids.map((id) => `${id} sent`));
    await expectEverybodyAnswered(world);
  });
});
