import { describe, expect, it } from "vitest";
import type { CallbackState } from "../../lib/domain/callback.ts";
import type { Job } from "../../lib/domain/job.ts";
import { toCallbackBody, toJobBody } from "../../lib/http/present.ts";
import { aJob, NOW } from "../support/a-job.ts";

const NOBODY = { pending: 0, sent: 0, failed: 0, unknown: 0, canceled: 0 };
const QUOTA = { messages: 12_000, windowMs: 60_000, marginMs: 0 };

describe("a job", () => {
  it("with a callback: where it stands, and its address without what may be a key", () => {
    const callback = {
      url: "https://example.com:8443/a/b?key=c",
      state: "waiting",
      attempts: 0,
      sinceMs: NOW,
    } as const;
    const of = (parts: Partial<Job>) => toCallbackBody(aJob({ callback, ...parts }));
    const Url = "https://example.com:8443/a/b";
    expect(of({})).toEqual({ Callback: { Url, State: "waiting", Attempts: 0 } });
    const tried = { ...callback, attempts: 3, nextAtMs: NOW + 5, lastStatus: 503, lastError: "CallTimeout" };
    expect(of({ callback: tried })).toEqual({
      Callback: {
        ...{ Url, State: "waiting", Attempts: 3, NextAt: "2026-01-31T08:00:00.005Z" },
        ...{ LastStatus: 503, LastError: "CallTimeout" },
      },
    });
    const outbox = [{ type: "JobPaused", version: 1, atMs: NOW } as const];
    const stateOf = (state: CallbackState, waits: boolean) =>
      of({ callback: { ...callback, state }, ...(waits && { outbox }) }).Callback?.State;
    expect(["delivered", "failed", "ended"].map((state) => stateOf(state as CallbackState, false))).toEqual([
      ...["delivered", "failed", "ended"],
    ]);
    expect(["delivered", "failed", "ended"].map((state) => stateOf(state as CallbackState, true))).toEqual([
      ...["waiting", "waiting", "ended"],
    ]);
    expect(toJobBody({ job: aJob({ callback }), message: undefined, counts: NOBODY }, QUOTA, NOW)).toMatchObject(
      of({}),
    );
  });
});
