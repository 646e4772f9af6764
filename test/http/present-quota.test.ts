import * as v from "valibot";
import { expect, it } from "vitest";
import { quotaAnswer } from "../../lib/api/service-answers.ts";
import { EMPTY_LEDGER } from "../../lib/domain/quota/ledger.ts";
import { usage } from "../../lib/domain/quota/usage.ts";
import { toQuotaBody } from "../../lib/http/present-quota.ts";

const NOW = Date.parse("2026-01-31T08:00:00Z");
const settings = { messages: 12_000, windowMs: 60_000, marginMs: 300, floor: 60, minGapMs: 250, callTimeoutMs: 10_000 };
const LIMITS = { Messages: 12_000, WindowMs: 60_000, Floor: 60 };
const idle = { jobs: 0, receivers: 0, isPart: false };
const waiting = { express: idle, bulk: idle };
const view = (ledger = EMPTY_LEDGER, policy = settings) => ({
  ...{
    account: "account",
    usage: usage(ledger, policy, NOW),
    policy,
    settings,
    standing: ledger.standing ?? {},
    waiting,
  },
});
const IDLE = { Jobs: 0, Receivers: 0 };

it("a quota of which nothing is set or used", () => {
  const body = toQuotaBody(view());
  expect(body).toEqual({
    ...{ Account: "account", Quota: 12_000, WindowSeconds: 60, Used: 0, ReservedAhead: 0, Capacity: 12_000 },
    ...{ Limits: LIMITS, Settings: LIMITS, Waiting: { Express: IDLE, Bulk: IDLE } },
  });
  expect(v.is(quotaAnswer, body)).toBe(true);
});

it("one that was lowered, paused and held, with several limits, and who did it", () => {
  const limits = { messages: 4_000, calls: 30 };
  const ledger = {
    ...EMPTY_LEDGER,
    entries: [{ slotMs: NOW, count: 9, calls: 2 }],
    hold: { why: "credentials", sinceMs: NOW, untilMs: NOW + 1_000, backoffMs: 1, probing: false },
    standing: { limits, pausedAtMs: NOW },
  } as const;
  const more = { ...idle, receivers: 5, jobs: 1, isPart: true, endsAtMs: NOW + 1_000 };
  const changes = [{ n: 1, atMs: NOW, by: "ops", event: "limits", limits: { messages: 4_000, calls: null } }] as const;
  const body = toQuotaBody({
    ...view(ledger, { ...settings, ...limits }),
    waiting: { express: idle, bulk: more },
    changes,
  });
  expect(body).toMatchObject({
    ...{ Quota: 4_000, CallsUsed: 2, PausedAt: "2026-01-31T08:00:00.000Z" },
    ...{ HeldUntil: "2026-01-31T08:00:01.000Z", HeldWhy: "credentials" },
    ...{ Limits: { ...LIMITS, Messages: 4_000, Calls: 30 }, Settings: LIMITS, Stored: { Messages: 4_000, Calls: 30 } },
    Waiting: { Express: IDLE, Bulk: { Jobs: 1, Receivers: 5, AndMore: true, EndsAt: "2026-01-31T08:00:01.000Z" } },
    History: [{ At: "2026-01-31T08:00:00.000Z", By: "ops", Event: "limits", Limits: { Messages: 4_000, Calls: null } }],
  });
  expect(v.is(quotaAnswer, body)).toBe(true);
});
