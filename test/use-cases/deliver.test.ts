import { describe, expect, it } from "vitest";
import type { Refusal } from "../../lib/domain/rtc-answer.ts";
import { NOW } from "../contracts/results-ports.ts";
import { crashingDeliver } from "./crashing.ts";
import { granted } from "./fake-bucket.ts";
import type { Behaviour } from "./fake-upstream.ts";
import {
  accepted,
  batchOf,
  callsOf,
  deliverAll,
  drain,
  expectEverybodyAnswered,
  makeWorld,
  summaryOf,
} from "./world.ts";

describe("deliver", () => {
  it("sends a batch with five calls to the table, and one more to finish the job", async () => {
    const world = await accepted(makeWorld({ receivers: 6, batchSize: 3 }));
    const { deliver, calls } = crashingDeliver(world);
    await drain(world, 1, deliver);
    const one = ["batches.look", "bucket.reserve", "batches.claim", "rtc.send", "batches.record", "tallies.add"];
    expect(calls).toEqual([...one, ...one, "tallies.finish"]);
    expect(callsOf(world)).toEqual(["0 1,2,3", "0 4,5,6"]);
    await expectEverybodyAnswered(world);
  });

  it.each<{ when: string; behave: (n: number) => Behaviour; calls: string[]; want: string[] }>([
    {
      when: "one is refused: it alone is tried again, twice, later and later",
      behave: () => ({ fails: ["2"] }),
      calls: ["0 1,2,3", "2000 2", "7000 2"],
      want: ["1 sent", "2 failed FailedReceiver", "3 sent"],
    },
    {
      when: "two are refused, one of them once",
      behave: (n) => ({ fails: n === 0 ? ["1", "3"] : ["3"] }),
      calls: ["0 1,2,3", "2000 1,3", "7000 3"],
      want: ["1 sent", "2 sent", "3 failed FailedReceiver"],
    },
    {
      when: "one stands in neither list",
      behave: () => ({ forgets: ["3"] }),
      calls: ["0 1,2,3"],
      want: ["1 sent", "2 sent", "3 unknown NotInAnswer"],
    },
    {
      when: "the request is wrong: nothing is tried again",
      behave: () => ({ refuses: { why: "request", code: "InvalidParameter.AppId" } }),
      calls: ["0 1,2,3"],
      want: ["1 failed InvalidParameter.AppId", "2 failed InvalidParameter.AppId", "3 failed InvalidParameter.AppId"],
    },
    {
      when: "the call breaks",
      behave: () => ({ breaks: "after" }),
      calls: ["0 1,2,3"],
      want: ["1 unknown CallTimeout", "2 unknown CallTimeout", "3 unknown CallTimeout"],
    },
  ])("when $when", async ({ behave, calls, want }) => {
    const world = await deliverAll({ behave: ({ n }) => behave(n) });
    expect(callsOf(world)).toEqual(calls);
    expect(await summaryOf(world)).toEqual(want);
    await expectEverybodyAnswered(world);
  });

  it("sends again after a broken call where the job wants it at least once, and marks it", async () => {
    const delivery = "at-least-once";
    const world = await deliverAll({ job: { delivery }, behave: ({ n }) => (n === 0 ? { breaks: "after" } : {}) });
    expect(callsOf(world)).toEqual(["0 1,2,3", "2000 1,2,3"]);
    expect(await world.ask.outcome(world.job.id, "1")).toMatchObject({ status: "sent", maybeTwice: true });
    await expectEverybodyAnswered(world);
  });

  it.each<{ why: Refusal; told: object[]; events: object[]; secondAt: number }>([
    { why: "flow", told: [{ hold: "flow" }], events: [{ event: "held", why: "flow" }], secondAt: 1_000 },
    { why: "credentials", told: [{ hold: "credentials" }], events: [{ event: "held" }], secondAt: 1_000 },
    { why: "not-sent", told: [], events: [{ event: "not-sent", code: "Some.Code" }], secondAt: 5_000 },
  ])(
    "after a refusal for $why sends the same attempt again, nothing used up",
    async ({ why, told, events, secondAt }) => {
      const world = await deliverAll({ behave: ({ n }) => (n < 4 ? { refuses: { why, code: "Some.Code" } } : {}) });
      expect(world.upstream.calls.map(({ atMs }) => atMs - NOW)).toEqual([0, 1, 2, 3, 4].map((n) => n * secondAt));
      expect(await batchOf(world)).toMatchObject({ attempt: 2, tries: [{ attempt: 1 }] });
      expect(world.quota.told).toEqual(Array(4).fill(told).flat());
      expect(world.events).toMatchObject(Array(4).fill(events).flat());
      expect(await summaryOf(world)).toEqual(["1 sent", "2 sent", "3 sent"]);
    },
  );

  it("holds after a broken call too: an upstream in trouble would leave one batch after another in doubt", async () => {
    const { events, quota } = await deliverAll({ behave: () => ({ breaks: "before" }) });
    expect(events).toEqual([{ event: "held", why: "unclear", code: "CallTimeout" }]);
    expect(quota.told).toEqual([{ hold: "unclear" }]);
  });

  it("tells what an operator needs of a hold: the code, the request, nothing that was said", async () => {
    const refuses = { why: "credentials", code: "SignatureDoesNotMatch" } as const;
    const { events } = await deliverAll({ behave: ({ n }) => (n === 0 ? { refuses } : {}) });
    expect(events).toEqual([{ event: "held", ...refuses, requestId: "request-0" }]);
  });

  it("splits a batch where the quota ends: the rest becomes a part with an item of its own", async () => {
    const world = await deliverAll({ grant: ({ n, nowMs, count }) => granted(nowMs, n === 0 ? 2 : count) });
    expect(callsOf(world)).toEqual(["0 1,2", "0 3"]);
    const { rows } = await world.results.results.batches(world.job.id, { onlyFailures: false, limit: 9 });
    expect(rows.map(({ n, first, last, covers }) => ({ n, first, last, covers }))).toEqual([
      { n: 0, first: "1", last: "2", covers: 2 },
      { n: 0, first: "3", last: "3", covers: 1 },
    ]);
    await expectEverybodyAnswered(world);
  });

  it("gives up what a lost worker had claimed, and only that: the rest was not sent", async () => {
    const world = await accepted(makeWorld({ receivers: 3, grant: ({ n, nowMs }) => granted(nowMs, n === 0 ? 2 : 3) }));
    const { deliver, calls } = crashingDeliver(world, { at: 3, when: "before", dies: true });
    await drain(world, 1, deliver);
    expect(calls[3]).toBe("rtc.send");
    expect(await summaryOf(world)).toEqual(["1 unknown WorkerLost", "2 unknown WorkerLost", "3 sent"]);
    await expectEverybodyAnswered(world);
  });

  it("looks again when its claim failed: it may be its own, its answer lost", async () => {
    const world = await accepted(makeWorld({ receivers: 3 }));
    const { batches } = world.ports;
    const claim: typeof batches.claim = async (...args) => void (await batches.claim(...args));
    Object.assign(world.ports, { batches: { ...batches, claim } });
    await drain(world);
    expect(await summaryOf(world)).toEqual(world.ids.map((id) => `${id} unknown WorkerLost`));
    await expectEverybodyAnswered(world);
  });

  it.each([
    { when: "at once", takesMs: 0, want: [] },
    { when: "just inside the margin", takesMs: 300, want: [] },
    { when: "late", takesMs: 301, want: [{ late: { slotMs: NOW, count: 3, answeredAtMs: NOW + 301 } }] },
  ])("an answer that comes $when moves its tokens: $want", async ({ takesMs, want }) => {
    expect((await deliverAll({ behave: () => ({ takesMs }) })).quota.told).toEqual(want);
  });

  it.each<{ when: string; behave: Behaviour; want: object[] }>([
    { when: "comes through", behave: {}, want: [{ lift: true }] },
    {
      when: "is told the request is wrong",
      behave: { refuses: { why: "request", code: "X" } },
      want: [{ lift: true }],
    },
    { when: "breaks", behave: { breaks: "after" }, want: [{ hold: "unclear" }] },
  ])("a probe that $when: $want", async ({ behave, want }) => {
    const world = await deliverAll({ behave: () => behave, grant: ({ nowMs, count }) => granted(nowMs, count, true) });
    expect(world.quota.told).toEqual(want);
  });
});
