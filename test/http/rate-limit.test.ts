import { describe, expect, it } from "vitest";
import { HttpError } from "../../lib/http/http-error.ts";
import { messagesLeft, requestsLimited } from "../../lib/http/rate-limit.ts";
import { NOW } from "../support/a-job.ts";

const quota = { messages: 12_000, windowMs: 60_000 };
const unused = { used: 0, reservedAhead: 0, capacity: 12_000 };

describe("what is left of the quota", () => {
  it.each([
    { when: "nothing is used", usage: unused, want: '"messages";r=12000' },
    {
      when: "a part is used, a part reserved",
      usage: { ...unused, used: 9_000, reservedAhead: 500, returnsAtMs: NOW + 6_001 },
      want: '"messages";r=2500;t=7',
    },
    {
      when: "more is reserved than there is",
      usage: { ...unused, used: 12_000, reservedAhead: 500, returnsAtMs: NOW + 7_000 },
      want: '"messages";r=0;t=7',
    },
    {
      when: "the capacity fell",
      usage: { ...unused, capacity: 9_600, used: 600, returnsAtMs: NOW },
      want: '"messages";r=9000;t=0',
    },
    {
      when: "nobody may send",
      usage: { ...unused, used: 1, returnsAtMs: NOW + 50_000, heldUntilMs: NOW + 900 },
      want: '"messages";r=0;t=1',
    },
  ])("when $when: $want", ({ usage, want }) => {
    const policy = '"messages";q=12000;w=60';
    expect(messagesLeft(quota, usage, NOW)).toEqual({ "ratelimit-policy": policy, ratelimit: want });
  });

  it("names whole seconds of a window, one at least", () => {
    const short = messagesLeft({ messages: 5, windowMs: 200 }, unused, NOW);
    expect(short["ratelimit-policy"]).toBe('"messages";q=5;w=1');
  });
});

it("a client that asks too often is told its limit and when to go on", () => {
  expect(new HttpError(429, "the quota has no room now", requestsLimited(600, 7)).facts.headers).toEqual({
    "ratelimit-policy": '"requests";q=600;w=60',
    ratelimit: '"requests";r=0;t=7',
    "retry-after": "7",
  });
});
