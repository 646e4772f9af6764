import { describe, expect, it } from "vitest";
import type { Call } from "../../local/rtc-simulator/check-request.ts";
import { type FaultRuleInput, parseFaultRules, readFaultRules } from "../../local/rtc-simulator/fault-rules.ts";
import { makeFaultBook } from "../../local/rtc-simulator/faults.ts";

function call(receivers: readonly string[], changes: Partial<Call["said"]> = {}): Call {
  const said = { AppId: 1, Sender: "2", InboxType: 0, MsgType: 1, Content: "hi", IsNormalUser: false, Ext: {} };
  return { said: { ...said, ...changes }, receivers };
}
const book = (rules: readonly FaultRuleInput[], seed = 1) => makeFaultBook(seed, readFaultRules(rules));
const failMatching = { failReceivers: "matching" } as const;

describe("a fault rule strikes", () => {
  it.each<{ when: string; rule: FaultRuleInput; want: string[] }>([
    { when: "everybody", rule: { do: failMatching }, want: ["13", "14", "113"] },
    { when: "named users", rule: { when: { receivers: [14, "113", 7n] }, do: failMatching }, want: ["14", "113"] },
    { when: "a suffix", rule: { when: { userSuffix: "13" }, do: failMatching }, want: ["13", "113"] },
    { when: "all of it", rule: { when: { userSuffix: "13", receivers: [13, 14] }, do: failMatching }, want: ["13"] },
    { when: "the app", rule: { when: { appId: 1 }, do: { failReceivers: [14] } }, want: ["14"] },
    { when: "another app", rule: { when: { appId: 2 }, do: failMatching }, want: [] },
    { when: "the content", rule: { when: { content: "h" }, do: { failReceivers: [13, 99] } }, want: ["13"] },
    { when: "another content", rule: { when: { content: "bye" }, do: failMatching }, want: [] },
    { when: "nobody here", rule: { when: { receivers: [99] }, do: { failReceivers: [13] } }, want: [] },
  ])("$when", ({ rule, want }) => {
    const rules = book([rule]);
    expect([...rules.plan(call(["13", "14", "113"])).fail]).toEqual(want);
    expect(rules.list()[0]?.hits).toBe(want.length > 0 ? 1 : 0);
  });

  it("a share of users: always the same ones, about as many as asked", () => {
    const users = Array.from({ length: 2_000 }, (_, i) => String(7_000_000 + i));
    const rules = book([{ when: { userShare: 0.1 }, do: failMatching }]);
    const struck = rules.plan(call(users)).fail;
    expect(struck.size).toBeGreaterThan(140);
    expect(struck.size).toBeLessThan(260);
    expect(rules.plan(call(users)).fail).toEqual(struck);
  });

  it("so many times", () => {
    const rules = book([{ times: 2, do: { failReceivers: ["1"] } }]);
    const fails = ["1", "2", "1", "1"].map((id) => rules.plan(call([id])).fail.size);
    expect(fails).toEqual([1, 0, 1, 0]);
  });

  it("every n-th of the calls it is about", () => {
    const rules = book([{ when: { everyNth: 2, receivers: [1] }, do: { failReceivers: [1] } }]);
    const fails = ["1", "2", "1", "1", "1"].map((id) => rules.plan(call([id])).fail.size);
    expect(fails).toEqual([0, 0, 1, 0, 1]);
  });

  it("by a chance that the seed decides", () => {
    const draws = (seed: number) => {
      const rules = book([{ when: { probability: 0.5 }, do: failMatching }], seed);
      return Array.from({ length: 200 }, () => rules.plan(call(["1"])).fail.size);
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
    expect(draws(1).filter(Boolean).length).toBeGreaterThan(60);
    expect(draws(1).filter(Boolean).length).toBeLessThan(140);
  });
});

it("adds effects up until one replaces the answer", () => {
  const rules = book([
    { do: { delayMs: 5 } },
    { do: { delayMs: 10 } },
    { do: { failReceivers: [1] } },
    { do: { omit: [2], delivered: true } },
    { do: { reset: "after" } },
    { do: { html: 502 } },
  ]);
  expect(rules.plan(call(["1", "2", "3"]))).toEqual({
    delayMs: 15,
    fail: new Set(["1"]),
    omit: new Map([["2", true]]),
    instead: { reset: "after" },
  });
  expect(rules.list().map(({ hits }) => hits)).toEqual([1, 1, 1, 1, 1, 0]);
});

it("goes back to the standing rules, unspent", () => {
  const rules = book([{ times: 1, do: failMatching }]);
  expect(rules.plan(call(["1"])).fail.size).toBe(1);
  rules.replace([]);
  expect(rules.list()).toEqual([]);
  rules.restore();
  expect(rules.plan(call(["1"])).fail.size).toBe(1);
});

it("reads ids past 2^53 as numbers and as text", () => {
  const rules = parseFaultRules('[{"do":{"failReceivers":[9007199254740993,"9007199254740995"]}}]');
  expect(rules[0]?.do).toEqual({ failReceivers: ["9007199254740993", "9007199254740995"] });
});

it.each([
  ["no JSON", "[", "not JSON"],
  ["no list", "{}", "rules"],
  ["no do", '[{"when":{}}]', "0.do"],
  ["an unknown do", '[{"do":{"explode":true}}]', "0.do: must be one of"],
  ["two things to do", '[{"do":{"delayMs":1,"html":502}}]', "0.do"],
  ["an unknown when", '[{"when":{"user":1},"do":{"html":502}}]', "0.when.user"],
  ["times 0", '[{"times":0,"do":{"html":502}}]', "0.times"],
  ["no user id", '[{"when":{"receivers":[0]},"do":{"html":502}}]', "0.when.receivers.0"],
  ["no status", '[{"do":{"html":99}}]', "0.do"],
])("refuses %s, naming the place", (_, text, place) => {
  expect(() => parseFaultRules(text)).toThrow(
    expect.objectContaining({ code: "BAD_FAULT_RULES", message: expect.stringContaining(place) }),
  );
});
