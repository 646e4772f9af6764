import { describe, expect, it } from "vitest";
import {
  assertMaySend,
  assertScope,
  assertVisible,
  type Caller,
  SCOPES,
  type Sending,
} from "../../lib/domain/caller.ts";
import { Forbidden, NotFound } from "../../lib/domain/errors.ts";
import { aJob, NOW } from "../support/a-job.ts";

const aCaller = (parts: Partial<Caller> = {}): Caller => ({ clientId: "shop", scopes: new Set(["send"]), ...parts });
const SENDING: Sending = { appId: 7, sender: "10001", receivers: 3 };

/** What a refusal says, or `undefined` where nothing is refused. */
function refusalOf(ask: () => void): Forbidden | undefined {
  try {
    ask();
    return undefined;
  } catch (error) {
    if (error instanceof Forbidden) return error;
    throw error;
  }
}

describe("assertScope", () => {
  it.each(SCOPES)("needs the scope %s itself: admin sees more, it does not do more", (scope) => {
    expect(refusalOf(() => assertScope(aCaller({ scopes: new Set([scope]) }), scope))).toBeUndefined();
    const others = new Set(SCOPES.filter((one) => one !== scope));
    expect(refusalOf(() => assertScope(aCaller({ scopes: others }), scope))?.message).toBe(
      `this needs the scope ${scope}`,
    );
  });
});

describe("assertMaySend", () => {
  const APP_ID = { pointer: "/AppId", detail: "is not one that this client may use" };
  const SENDER = { pointer: "/Sender", detail: "is not one that this client may use" };
  const RECEIVER = { pointer: "/Receiver", detail: "has 3 users; this client may name 2 in a job" };

  it.each<{ when: string; caller: Partial<Caller>; sending?: Partial<Sending>; want: readonly object[] | undefined }>([
    { when: "the client has no limits", caller: {}, want: undefined },
    {
      when: "it stays inside all of them",
      caller: { appIds: [6, 7], senders: ["9", "10001"], maxReceivers: 3 },
      want: undefined,
    },
    { when: "the app is another", caller: { appIds: [6, 8] }, want: [APP_ID] },
    { when: "the client has no app at all", caller: { appIds: [] }, want: [APP_ID] },
    { when: "the sender is another", caller: { senders: ["1000", "100011"] }, want: [SENDER] },
    { when: "there is one receiver too many", caller: { maxReceivers: 2 }, want: [RECEIVER] },
    {
      when: "everything is wrong",
      caller: { appIds: [], senders: [], maxReceivers: 2 },
      want: [APP_ID, SENDER, RECEIVER],
    },
  ])("$when", ({ caller, want }) => {
    const refusal = refusalOf(() => assertMaySend(aCaller(caller), SENDING));
    expect(refusal?.faults).toEqual(want);
    expect(refusal?.message).toBe(want && "the client may not send this");
  });

  it("leaves the number of receivers open while nobody knows it", () => {
    const { receivers: _, ...sending } = SENDING;
    expect(refusalOf(() => assertMaySend(aCaller({ maxReceivers: 0 }), sending))).toBeUndefined();
  });

  it("needs the scope first", () => {
    const reader = aCaller({ scopes: new Set(["read", "control", "admin"]), appIds: [] });
    expect(refusalOf(() => assertMaySend(reader, SENDING))?.message).toBe("this needs the scope send");
  });
});

describe("assertVisible", () => {
  const job = aJob({ id: "j", clientId: "shop", goneAtMs: NOW });
  const admin = aCaller({ clientId: "ops", scopes: new Set(["admin"]) });
  const other = aCaller({ clientId: "ops", scopes: new Set(["send", "read", "control"]) });

  it.each([
    { when: "its own", caller: aCaller(), nowMs: NOW - 1 },
    { when: "another's, to an admin", caller: admin, nowMs: NOW - 1 },
  ])("shows $when", ({ caller, nowMs }) => expect(assertVisible(caller, "j", job, nowMs)).toBe(job));

  it.each([
    { when: "there is none", caller: admin, found: undefined, nowMs: NOW - 1 },
    { when: "it is past its moment", caller: admin, found: job, nowMs: NOW },
    { when: "it is another client's", caller: other, found: job, nowMs: NOW - 1 },
  ])("says the same whenever $when", ({ caller, found, nowMs }) => {
    const ask = () => assertVisible(caller, "j", found, nowMs);
    expect(ask).toThrow(NotFound);
    expect(ask).toThrow("there is no job j");
  });
});
