import type { Job, JobChange } from "../../lib/domain/job.ts";
import { DELETE, type Settled } from "../../lib/domain/settled.ts";
import { NOW } from "../support/a-job.ts";
import { granted, wait } from "../support/fake-bucket.ts";
import type { Behaviour, Call } from "../support/fake-upstream.ts";
import type { RequestParts, WorldOptions } from "./world.ts";

export const goBack = (ms: number): Settled => ({ kind: "go-back", atMs: NOW + ms });

const REFUSES = (why: "flow" | "credentials" | "not-sent" | "request" | "late", code: string): Behaviour => ({
  refuses: { why, code },
});

/** One worker delivers the only task of a job of three receivers. */
export const DELIVERIES: readonly {
  when: string;
  lane?: "bulk";
  options?: RequestParts["options"];
  change?: JobChange;
  behave?: (call: Call) => Behaviour;
  grant?: WorldOptions["grant"];
  workerMs?: number;
  /** The worker has another task meanwhile. */
  inCompany?: true;
  settled: Settled;
  calls: readonly string[];
  outcomes: readonly string[];
  told?: readonly object[];
  state?: Job["state"];
}[] = [
  {
    when: "all goes well",
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"], state: "done" },
  },
  {
    when: "its time has not come",
    change: { notBeforeMs: NOW + 5_000 },
    ...{ settled: goBack(5_000), calls: [], outcomes: ["1 pending", "2 pending", "3 pending"] },
  },
  {
    when: "the slot comes in four seconds",
    grant: ({ nowMs, count }) => granted(Math.max(nowMs, NOW + 4_000), count),
    ...{ settled: DELETE, calls: ["4000 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "the account's time is ahead of this clock",
    grant: ({ nowMs, count }) => granted(nowMs + 4_000, count, false, 1_000),
    ...{ settled: DELETE, calls: ["3000 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "express has to wait for quota",
    grant: ({ nowMs }) => wait(nowMs + 7_000),
    ...{ settled: DELETE, calls: [], outcomes: ["1 pending", "2 pending", "3 pending"] }, // it is queued anew
  },
  {
    when: "bulk has to wait for quota longer than its worker lives",
    lane: "bulk",
    grant: ({ nowMs }) => wait(nowMs + 200_000),
    ...{ settled: goBack(200_000), calls: [], outcomes: ["1 pending", "2 pending", "3 pending"] },
  },
  {
    when: "bulk has to wait for quota a while",
    lane: "bulk",
    grant: ({ nowMs, count }) => (nowMs < NOW + 50_000 ? wait(NOW + 50_000) : granted(nowMs, count)),
    ...{ settled: DELETE, calls: ["50000 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "bulk waits for quota, and the limit is raised meanwhile: it looks again soon",
    lane: "bulk",
    grant: ({ n, nowMs, count }) => (n === 0 ? wait(nowMs + 50_000) : granted(nowMs, count)),
    ...{ settled: DELETE, calls: ["15000 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "bulk meets a pause: its task is void, dispatch queues it again once that is over",
    lane: "bulk",
    grant: ({ nowMs }) => wait(nowMs + 5_000, "paused"),
    ...{ settled: DELETE, calls: [], outcomes: ["1 pending", "2 pending", "3 pending"] },
  },
  {
    when: "bulk meets a hold",
    lane: "bulk",
    grant: ({ nowMs }) => wait(nowMs + 2_000, "held"),
    ...{ settled: goBack(2_000), calls: [], outcomes: ["1 pending", "2 pending", "3 pending"] },
  },
  {
    when: "bulk is split by the quota",
    lane: "bulk",
    grant: ({ nowMs }) => granted(nowMs + 100, 1),
    ...{ settled: DELETE, calls: ["100 1", "200 2", "300 3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "express is split by the quota",
    grant: ({ n, nowMs, count }) => granted(nowMs, n === 0 ? 2 : count),
    ...{ settled: DELETE, calls: ["0 1,2", "0 3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "the upstream says it goes too fast, and the account is held",
    lane: "bulk",
    behave: () => REFUSES("flow", "FlowLimitExceeded"),
    grant: ({ n, nowMs, count }) => (n === 0 ? granted(nowMs, count) : wait(nowMs + 1_000, "held")),
    ...{ settled: goBack(1_000), calls: ["0 1,2,3"], outcomes: ["1 pending", "2 pending", "3 pending"] },
    told: [{ hold: "flow" }],
  },
  {
    when: "the credentials are refused, and the account is held",
    behave: () => REFUSES("credentials", "InvalidAccessKey"),
    grant: ({ n, nowMs, count }) => (n === 0 ? granted(nowMs, count) : wait(nowMs + 30_000, "held")),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 pending", "2 pending", "3 pending"] },
    told: [{ hold: "credentials" }],
  },
  {
    when: "something in between turns calls away, and the account is held",
    behave: () => ({ refuses: { why: "not-sent", code: "Http407", holds: true } }),
    grant: ({ n, nowMs, count }) => (n === 0 ? granted(nowMs, count) : wait(nowMs + 1_000, "held")),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 pending", "2 pending", "3 pending"] },
    told: [{ hold: "not-sent" }],
  },
  {
    when: "the upstream says for how long it goes too fast, and the account is held so long",
    lane: "bulk",
    behave: () => ({ refuses: { why: "flow", code: "Http429", retryAfterMs: 90_000 } }),
    grant: ({ n, nowMs, count }) => (n === 0 ? granted(nowMs, count) : wait(nowMs + 200_000, "held")),
    ...{ settled: goBack(200_000), calls: ["0 1,2,3"], outcomes: ["1 pending", "2 pending", "3 pending"] },
    told: [{ hold: "flow", forMs: 90_000 }],
  },
  {
    when: "nothing can have arrived, express goes back",
    behave: () => REFUSES("not-sent", "ECONNREFUSED"),
    ...{ settled: goBack(5_000), calls: ["0 1,2,3"], outcomes: ["1 pending", "2 pending", "3 pending"] },
  },
  {
    when: "nothing can have arrived, bulk waits",
    inCompany: true,
    lane: "bulk",
    behave: ({ n }) => (n === 0 ? REFUSES("not-sent", "ECONNREFUSED") : {}),
    ...{ settled: DELETE, calls: ["0 1,2,3", "5000 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "the socket is ready too late once",
    behave: ({ atMs }) => ({ connectsMs: atMs === NOW ? 301 : 0 }),
    ...{ settled: DELETE, calls: ["301 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
  },
  {
    when: "the request is refused",
    behave: () => REFUSES("request", "InvalidParameter"),
    ...{ settled: DELETE, calls: ["0 1,2,3"], state: "done" },
    outcomes: ["1 failed InvalidParameter", "2 failed InvalidParameter", "3 failed InvalidParameter"],
  },
  {
    when: "one is refused, express goes back for its next attempt",
    behave: () => ({ fails: ["2"] }),
    ...{ settled: goBack(2_000), calls: ["0 1,2,3"], outcomes: ["1 sent", "2 pending FailedReceiver", "3 sent"] },
  },
  {
    when: "one is refused three times, bulk carries it to its end",
    inCompany: true,
    lane: "bulk",
    behave: () => ({ fails: ["2"] }),
    ...{ settled: DELETE, calls: ["0 1,2,3", "2000 2", "7000 2"], state: "done" },
    outcomes: ["1 sent", "2 failed FailedReceiver", "3 sent"],
  },
  {
    when: "one is refused, and the worker has nothing else to do until its next attempt",
    lane: "bulk",
    behave: () => ({ fails: ["2"] }),
    ...{ settled: goBack(2_000), calls: ["0 1,2,3"], outcomes: ["1 sent", "2 pending FailedReceiver", "3 sent"] },
  },
  {
    when: "one is refused, and the worker has no time for its next attempt",
    inCompany: true,
    lane: "bulk",
    workerMs: 16_000,
    behave: () => ({ fails: ["2"] }),
    ...{ settled: goBack(2_000), calls: ["0 1,2,3"], outcomes: ["1 sent", "2 pending FailedReceiver", "3 sent"] },
  },
  {
    when: "one stands in neither list of the answer",
    behave: () => ({ forgets: ["2"] }),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 sent", "2 unknown NotInAnswer", "3 sent"], state: "done" },
  },
  {
    when: "no clear answer comes, at most once",
    behave: () => ({ breaks: "after" }),
    ...{ settled: DELETE, calls: ["0 1,2,3"], told: [{ hold: "unclear" }], state: "done" },
    outcomes: ["1 unknown CallTimeout", "2 unknown CallTimeout", "3 unknown CallTimeout"],
  },
  {
    when: "no clear answer comes once, at least once",
    inCompany: true,
    lane: "bulk",
    options: { delivery: "at-least-once" },
    behave: ({ n }) => (n === 0 ? { breaks: "after" } : {}),
    ...{ settled: DELETE, calls: ["0 1,2,3", "2000 1,2,3"], told: [{ hold: "unclear" }], state: "done" },
    outcomes: ["1 sent twice", "2 sent twice", "3 sent twice"],
  },
  {
    when: "no clear answer ever comes, at least once",
    inCompany: true,
    lane: "bulk",
    options: { delivery: "at-least-once" },
    behave: () => ({ breaks: "before" }),
    ...{ settled: DELETE, calls: ["0 1,2,3", "2000 1,2,3", "7000 1,2,3"], state: "done" },
    outcomes: ["1 unknown CallTimeout twice", "2 unknown CallTimeout twice", "3 unknown CallTimeout twice"],
  },
  {
    when: "an unclear attempt is followed by a refusal: who may have it never failed",
    inCompany: true,
    lane: "bulk",
    options: { delivery: "at-least-once" },
    behave: ({ n }) => (n === 0 ? { breaks: "after" } : REFUSES("request", "InvalidParameter")),
    ...{ settled: DELETE, calls: ["0 1,2,3", "2000 1,2,3"], state: "done" },
    outcomes: [
      "1 unknown InvalidParameter twice",
      "2 unknown InvalidParameter twice",
      "3 unknown InvalidParameter twice",
    ],
  },
  {
    when: "a probe comes through",
    grant: ({ nowMs, count }) => granted(nowMs, count, true),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"], told: [{ lift: true }] },
  },
  {
    when: "the answer comes late",
    behave: () => ({ takesMs: 4_000 }),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"], state: "done" },
    told: [{ late: { slotMs: NOW, count: 3, answeredAtMs: NOW + 4_000 } }],
  },
  {
    when: "the answer comes late, and the account's time is ahead",
    behave: () => ({ takesMs: 4_000 }),
    grant: ({ nowMs, count }) => granted(nowMs + 1_000, count, false, 1_000),
    ...{ settled: DELETE, calls: ["0 1,2,3"], outcomes: ["1 sent", "2 sent", "3 sent"] },
    told: [{ late: { slotMs: NOW + 1_000, count: 3, answeredAtMs: NOW + 5_000 } }],
  },
];
