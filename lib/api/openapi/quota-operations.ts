import type { Answer, Examples, Operation, Operations } from "./operation.ts";

const LIMITS = { Messages: 12000, WindowMs: 60000, Floor: 60 };
const IDLE = { Jobs: 0, Receivers: 0 };
const BULK = { Jobs: 1, Receivers: 24000, EndsAt: "2026-11-25T09:02:01.000Z" };
const USED = { Account: "account", Quota: 12000, WindowSeconds: 60, Used: 9000, ReservedAhead: 500, Capacity: 12000 };

const QUOTA: Examples = {
  used: {
    summary: "A part of the quota is used",
    value: { ...USED, Limits: LIMITS, Settings: LIMITS, Waiting: { Express: IDLE, Bulk: BULK } },
  },
  lowered: {
    summary: "The quota was lowered, and all sending is paused",
    value: {
      ...{ ...USED, Quota: 4000, Capacity: 4000, Used: 0, ReservedAhead: 0, PausedAt: "2026-11-25T09:00:02.300Z" },
      ...{ Limits: { ...LIMITS, Messages: 4000 }, Settings: LIMITS, Stored: { Messages: 4000 } },
      Waiting: { Express: IDLE, Bulk: { Jobs: 1, Receivers: 24000 } },
      History: [
        { At: "2026-11-25T09:00:02.300Z", By: "ops", Event: "pause" },
        { At: "2026-11-25T09:00:00.000Z", By: "ops", Event: "limits", Limits: { Messages: 4000, PerSecond: null } },
      ],
    },
  },
};

const quota: Answer = {
  description: "The quota as it is now.",
  schema: "Quota",
  examples: QUOTA,
  headers: ["RateLimit-Policy", "RateLimit"],
};

const stop = (id: string, summary: string, description: string): Operation => ({
  id,
  tag: "Quota",
  summary,
  description,
  parameters: ["Account", "QuotaAppId"],
  answers: { 200: quota },
  problems: [422],
});

export const QUOTA_OPERATIONS: Operations = {
  "GET /v1/quota": {
    id: "getQuota",
    tag: "Quota",
    summary: "How much of the vendor's quota is used, and what waits for it",
    description:
      "Used in the last window, reserved ahead, held until; the limits that hold, and what waits in each lane. What waits is read from an index that may trail by seconds.",
    parameters: ["Account", "QuotaAppId"],
    answers: { 200: quota },
    problems: [422],
  },
  "PATCH /v1/quota": {
    id: "changeQuota",
    tag: "Quota",
    summary: "Change the limits without a deploy",
    description:
      "The limits are stored over the settings, and hold from the next reservation. `null` takes a limit back to the setting. Where a window changes, what was spent until then comes back after the longer of both. Needs the scope `admin`.",
    parameters: ["Account", "QuotaAppId"],
    body: {
      schema: "QuotaChange",
      required: true,
      description: "The limits that are to change.",
      examples: {
        lower: { summary: "Lower the quota", value: { Messages: 4000 } },
        several: { summary: "Several limits at once", value: { Messages: 12000, Calls: 300, PerSecond: 1500 } },
        back: { summary: "Back to the settings", value: { Messages: null, Calls: null, PerSecond: null } },
      },
    },
    answers: { 200: quota },
    problems: [400, 413, 415, 422],
  },
  "POST /v1/quota/pause": stop(
    "pauseQuota",
    "Stop all sending of an account",
    "When the answer comes, after two or three seconds, nothing leaves any more. What is paused already stays as it is. Needs the scope `admin`.",
  ),
  "POST /v1/quota/resume": stop(
    "resumeQuota",
    "Go on sending",
    "What waits goes on within seconds, of the express lane within a minute. Needs the scope `admin`.",
  ),
  "POST /v1/quota/reservations": {
    id: "reserveQuota",
    tag: "Quota",
    summary: "Take a slot of the quota for a call that is made without Volley",
    description:
      "For whoever else sends from the same account. One reservation is one call. It is spent, whether the call is made or not. 429 says in `Retry-After` when to ask again; while all sending is paused the answer is 409. Needs the scope `send`.",
    parameters: ["Account", "QuotaAppId"],
    body: {
      schema: "ReservationRequest",
      required: true,
      description: "How many messages the call has.",
      examples: { bulk: { summary: "A call to 200 users", value: { Count: 200, Lane: "bulk" } } },
    },
    answers: {
      200: {
        description: "The slot.",
        schema: "Reservation",
        examples: {
          slot: {
            summary: "In a second",
            value: {
              ...{ Account: "account", Granted: 200, SlotAt: "2026-11-25T09:00:01.000Z" },
              ...{ WaitMs: 1000, WithinMs: 300 },
            },
          },
        },
      },
    },
    problems: [400, 409, 413, 415, 422],
  },
};
