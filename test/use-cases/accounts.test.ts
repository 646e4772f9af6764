import { describe, expect, it } from "vitest";
import { noAccountRtc } from "../../lib/adapters/no-account-rtc.ts";
import { NOW } from "../support/a-job.ts";
import { POLICY } from "../support/accounts.ts";
import { outcomesOf } from "./everybody-answered.ts";
import { runUntilRest } from "./run-until-rest.ts";
import { accepted, aRequest, CALLER, jobNow, makeWorld } from "./world.ts";

const NAMES: Readonly<Record<number, string>> = { 1: "shop", 2: "game" };
const accountOf = (appId: number) => NAMES[appId];
const FAULT = { pointer: "/AppId", detail: "belongs to no account that messages are sent by" };

describe("an AppId of no account", () => {
  it.each([{ dryRun: false }, { dryRun: true }])(
    "is a fault beside all others, and nothing is written: %o",
    async ({ dryRun }) => {
      const world = makeWorld({ accountOf });
      const request = aRequest(3, { appId: 3, options: { dryRun, expiresAtMs: NOW - 1 } });
      const { faults } = await world.volley.accept(request, { caller: CALLER }).then(
        () => ({ faults: [] }),
        (error) => error,
      );
      expect(faults).toEqual([FAULT, expect.objectContaining({ pointer: "/Options/ExpiresAt" })]);
      expect(world.table.jobs.size + world.table.messages.size).toBe(0);
    },
  );

  it("is no fault of a request that was accepted when it had one", async () => {
    const apps = new Map([[1, "shop"]]);
    const world = makeWorld({ accountOf: (appId) => apps.get(appId) });
    const job = await accepted(world, 3, { appId: 1, key: "key" });
    apps.clear();
    expect((await accepted(world, 3, { appId: 1, key: "key" })).id).toBe(job.id);
  });

  it("keeps an ended job from being retried", async () => {
    const apps = new Map([[1, "shop"]]);
    const world = makeWorld({
      accountOf: (appId) => apps.get(appId),
      behave: ({ receivers }) => ({ fails: receivers }),
    });
    const job = await accepted(world, 3, { appId: 1 });
    await runUntilRest(world);
    apps.clear();
    const retried = world.volley.retry(CALLER, job.id, []);
    await expect(retried).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining(FAULT.detail) });
  });
});

describe("two accounts", () => {
  it("spend each its own quota: a large job of one does not make the other wait", async () => {
    const policy = { ...POLICY, messages: 30, floor: 3 };
    const world = makeWorld({ accountOf, policy });
    const large = await accepted(world, 300, { appId: 1, content: "large" });
    await runUntilRest(world, { untilMs: NOW + 120_000 });
    const other = await accepted(world, 3, { appId: 2, content: "other" });
    await runUntilRest(world, { untilMs: world.clock.now() + 1_000 });
    expect((await jobNow(world, large)).state).toBe("running");
    expect(await jobNow(world, other)).toMatchObject({ state: "done", account: "game" });
  });

  it("are held apart: what is refused to one is no hold of the other", async () => {
    const refusing = new Set(["shop"]);
    const rtcOf = (account: string) => (refusing.has(account) ? noAccountRtc : undefined);
    const world = makeWorld({ accountOf, policy: POLICY, rtcOf });
    const shop = await accepted(world, 3, { appId: 1, content: "shop" });
    const game = await accepted(world, 3, { appId: 2, content: "game" });
    await runUntilRest(world, { untilMs: NOW + 60_000 });
    const held = await Promise.all(["shop", "game"].map((account) => world.ports.quota.usage(account)));
    expect(held.map(({ heldUntilMs }) => heldUntilMs !== undefined)).toEqual([true, false]);
    expect([await jobNow(world, shop), await jobNow(world, game)]).toMatchObject([
      { state: "running" },
      { state: "done" },
    ]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ event: "held", why: "not-sent", code: "AccountNotConfigured", account: "shop" }),
    );

    refusing.clear(); // the account is in the settings again: nobody was lost
    await runUntilRest(world);
    const outcomes = await outcomesOf(world, shop);
    expect(outcomes.map(({ status }) => status)).toEqual(["sent", "sent", "sent"]);
  });
});
