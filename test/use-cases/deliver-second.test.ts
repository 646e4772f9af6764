import { expect, it } from "vitest";
import { NOW } from "../support/a-job.ts";
import { granted } from "../support/fake-bucket.ts";
import type { Behaviour } from "../support/fake-upstream.ts";
import { deliverOnce, queuedJob } from "./queued-job.ts";

// Where messages of a second are limited, a call is open until its answer is told of: else its tokens are away for longer.

const CALL = 7;

const ROWS: readonly { when: string; slotMs?: number; behaviour?: Behaviour; want: readonly object[] }[] = [
  { when: "is answered in time", want: [{ answered: CALL }] },
  {
    when: "is answered late: its tokens move with it, in the first write",
    behaviour: { takesMs: 4_000 },
    want: [{ late: { slotMs: NOW, count: 3, answeredAtMs: NOW + 4_000, call: CALL } }, { answered: CALL }],
  },
  {
    when: "is refused",
    behaviour: { refuses: { why: "flow", code: "FlowLimitExceeded" } },
    want: [{ hold: "flow" }, { answered: CALL }],
  },
  { when: "does not leave, since its slot is past", slotMs: NOW - 10_000, want: [{ answered: CALL }] },
];

it.each(ROWS)("a call that $when", async ({ slotMs = NOW, behaviour = {}, want }) => {
  const made = await queuedJob({
    behave: () => behaviour,
    grant: ({ n, nowMs, count }) =>
      n === 0 ? { ...granted(slotMs, count), call: CALL } : { kind: "wait", untilMs: nowMs + 60_000, why: "quota" },
  });
  await deliverOnce(made);
  expect(made.world.quota.told).toEqual(want);
});

it("an answer that could not be told is no failure of the delivery: it is recorded already", async () => {
  const made = await queuedJob({ grant: ({ count }) => ({ ...granted(NOW, count), call: CALL }) });
  const around = (name: string, call: () => Promise<unknown>) =>
    name === "bucket.answered" ? Promise.reject(new Error("the table is away")) : call();
  expect(await deliverOnce(made, around)).toEqual({ kind: "delete" });
});
