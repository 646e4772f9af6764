import { granted } from "./fake-bucket.ts";
import type { WorldOptions } from "./world.ts";

/** What may befall a job. Whatever else happens, each has to end with everybody answered. */
export const scenarios: readonly (WorldOptions & { when: string })[] = [
  { when: "all goes well" },
  { when: "one receiver is refused for good", receivers: 3, behave: () => ({ fails: ["2"] }) },
  { when: "some are refused once", receivers: 3, behave: ({ n }) => ({ fails: n === 0 ? ["1", "3"] : [] }) },
  { when: "the answer forgets a receiver", receivers: 3, behave: () => ({ forgets: ["2"] }) },
  { when: "the quota splits a batch", grant: ({ n, nowMs, count }) => granted(nowMs, n < 2 ? 1 : count) },
  {
    when: "the quota splits a batch, and what is refused again",
    batchSize: 6,
    grant: ({ nowMs, count }) => granted(nowMs, Math.min(count, 2)),
    behave: ({ n }) => ({ fails: n < 4 ? ["1", "2", "5"] : ["5"] }),
  },
  { when: "a call breaks after it arrived", behave: ({ n }) => (n === 0 ? { breaks: "after" } : {}) },
  { when: "a call breaks before it arrived", receivers: 3, behave: ({ n }) => (n === 0 ? { breaks: "before" } : {}) },
  {
    when: "a call breaks, and the job wants it at least once",
    receivers: 3,
    job: { delivery: "at-least-once" },
    behave: ({ n }) => (n === 0 ? { breaks: "after" } : {}),
  },
  {
    when: "every call breaks, and the job wants it at least once",
    receivers: 3,
    job: { delivery: "at-least-once" },
    behave: ({ n }) => (n % 2 === 0 ? { breaks: "after" } : { breaks: "before" }),
  },
  {
    when: "it goes too fast",
    behave: ({ n }) => (n < 2 ? { refuses: { why: "flow", code: "FlowLimitExceeded" } } : {}),
    grant: ({ n, nowMs, count }) => granted(nowMs, count, n === 2),
  },
  {
    when: "credentials are refused",
    receivers: 3,
    behave: ({ n }) => (n === 0 ? { refuses: { why: "credentials", code: "SignatureDoesNotMatch" } } : {}),
  },
  {
    when: "no connection is to be had",
    receivers: 3,
    behave: ({ n }) => (n < 2 ? { refuses: { why: "not-sent", code: "ConnectionRefused" } } : {}),
  },
  {
    when: "the request is wrong",
    receivers: 3,
    behave: () => ({ refuses: { why: "request", code: "InvalidParameter" } }),
  },
  { when: "the answer comes late", receivers: 3, behave: () => ({ takesMs: 4_000 }) },
  { when: "the job is canceled", job: { state: "canceled" } },
];
