import { describe, expect, it } from "vitest";
import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { fieldName } from "../../lib/api/quota-request.ts";
import { accountOf } from "../../lib/domain/account.ts";
import type { Caller, Scope } from "../../lib/domain/caller.ts";
import type { LimitChange } from "../../lib/domain/quota/standing.ts";
import { makeControlQuota } from "../../lib/use-cases/control-quota.ts";
import { makeReserveOutside } from "../../lib/use-cases/reserve-outside.ts";
import { SOLE } from "../support/accounts.ts";

const NOW = 1_700_000_000_000;
const POLICY = { messages: 1_000, windowMs: 60_000, marginMs: 300, floor: 10, minGapMs: 250, callTimeoutMs: 10_000 };
const as = (...scopes: Scope[]): Caller => ({
  clientId: "ops",
  principal: "arn:aws:sts::1:ops",
  scopes: new Set(scopes),
});
const ADMIN = as("admin");

function aQuota() {
  let nowMs = NOW;
  const slept: number[] = [];
  const nudged: string[] = [];
  const clock = { now: () => nowMs, sleep: async (ms: number) => void slept.push(ms) };
  const quota = memoryTokenBucket({ policy: POLICY, now: clock.now });
  const nudges = { dispatch: async ({ account }: { account: string }) => void nudged.push(account) };
  const control = makeControlQuota({ quota, nudges, clock, marginMs: 300, nameOf: fieldName });
  const ofApp = (appId: number) => accountOf({ ...SOLE, scope: "app" }, appId);
  const reserve = makeReserveOutside({ bucket: quota, quota, clock, accountOf: ofApp });
  const limits = (change: LimitChange) => control(ADMIN, "app-7", { event: "limits", limits: change });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { quota, control, limits, reserve, slept, nudged, pass };
}

describe("an operator", () => {
  it.each(["send", "read", "control"] as const)("needs the scope admin: %s is not enough", async (scope) => {
    const { control, quota } = aQuota();
    await expect(control(as(scope), "app-7", { event: "pause" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await quota.changes("app-7")).toEqual([]);
  });

  it("is told that all is paused once nothing can leave any more, and is named in full", async () => {
    const { control, quota, slept, nudged, pass } = aQuota();
    await control(ADMIN, "app-7", { event: "pause" });
    expect(slept).toEqual([2_300]);
    expect(nudged).toEqual([]);
    expect(await quota.changes("app-7")).toMatchObject([{ event: "pause", by: "arn:aws:sts::1:ops" }]);
    pass(2_000);
    await control(ADMIN, "app-7", { event: "pause" }); // the answer got lost: the rest of the time
    expect(slept).toEqual([2_300, 300]);
  });

  it.each([{ event: "resume" }, { event: "limits", limits: { messages: 2_000 } }] as const)(
    "dispatch runs soon after $event",
    async (asked) => {
      const { control, nudged } = aQuota();
      await control(ADMIN, "app-7", asked);
      expect(nudged).toEqual(["app-7"]);
    },
  );

  it.each([
    { limits: { messages: 10 }, pointers: ["/Messages"] },
    { limits: { messages: 10, floor: 10 }, pointers: ["/Floor"] },
    { limits: { windowMs: 1_000 }, pointers: ["/WindowMs"] },
    { limits: { callsWindowMs: 1_000, calls: 5, windowMs: 3_000_000 }, pointers: ["/CallsWindowMs", "/WindowMs"] },
    { limits: { floor: 1_000, windowMs: 3_000_000, calls: 900 }, pointers: ["/Floor", "/WindowMs"] },
  ])("is told all that is wrong with $limits, where it is set: $pointers", async ({ limits, pointers }) => {
    const made = aQuota();
    const refused: unknown = await made.limits(limits).catch((error: unknown) => error);
    const { faults } = refused as { faults: readonly { pointer: string }[] };
    expect(faults.map(({ pointer }) => pointer)).toEqual(pointers);
    expect((await made.quota.state("app-7")).standing).toEqual({});
  });

  it("is told the names that requests have, not those of the code", async () => {
    const refused: unknown = await aQuota()
      .limits({ windowMs: 1_000 })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      faults: [
        { detail: expect.stringMatching(/^does not fit: CALL_TIMEOUT_MS must be at most 416 where WindowMs is 1000/) },
      ],
    });
  });
});

describe("somebody else on the account", () => {
  const SENDER = as("send");

  it("takes a slot, and is told how long to wait for it", async () => {
    const { reserve } = aQuota();
    const first = await reserve(SENDER, "app-7", { count: 900, lane: "express" });
    expect(first).toMatchObject({ kind: "granted", slotMs: NOW, waitMs: 0, granted: 900, marginMs: 300 });
    expect(await reserve(SENDER, "app-7", { count: 90, lane: "bulk" })).toMatchObject({
      kind: "granted",
      granted: 90,
      waitMs: 0,
    });
  });

  it("is told when to ask again", async () => {
    const { reserve } = aQuota();
    await reserve(SENDER, "app-7", { count: 990, lane: "express" });
    const later = await reserve(SENDER, "app-7", { count: 500, lane: "express" });
    expect(later).toMatchObject({ kind: "wait", retryAfterMs: 55_300, usage: { used: 990 } });
  });

  it.each([
    { when: "may not send", caller: as("read"), code: "FORBIDDEN" },
    { when: "has no app on the account", caller: { ...SENDER, appIds: [8] }, code: "FORBIDDEN" },
    { when: "asks for more than a window ever has", count: 1_001, code: "INVALID" },
    { when: "asks in a pause", paused: true, code: "CONFLICT" },
  ])("is refused if he $when", async ({ caller = SENDER, count = 1, paused, code }) => {
    const { reserve, control, quota } = aQuota();
    if (paused) await control(ADMIN, "app-7", { event: "pause" });
    await expect(reserve(caller, "app-7", { count, lane: "express" })).rejects.toMatchObject({ code });
    expect(await quota.usage("app-7")).toMatchObject({ used: 0 });
  });

  it("may use the account of his apps", async () => {
    const { reserve } = aQuota();
    const caller = { ...SENDER, appIds: [7, 8] };
    expect(await reserve(caller, "app-7", { count: 1, lane: "bulk" })).toMatchObject({ kind: "granted" });
  });
});
