import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { requestText } from "../../lib/domain/request-identity.ts";

const identityOf = (body: string) => requestText(readJobRequest(body));
const BODY = {
  AppId: 1,
  Sender: "5",
  Receiver: ["1"],
  MsgType: 10001,
  Content: "hello",
  Ext: { b: "1", a: "2", "10": "x", "9": "y" },
  Options: { NotBefore: "2026-01-31T08:00:00Z" },
};
const identity = (change: object = {}) => identityOf(JSON.stringify({ ...BODY, ...change }));

describe("requestText", () => {
  it.each([
    { when: "white space", body: JSON.stringify(BODY, null, 2) },
    { when: "fields in another order", body: JSON.stringify(Object.fromEntries(Object.entries(BODY).toReversed())) },
    { when: "Ext in another order", body: JSON.stringify({ ...BODY, Ext: { "9": "y", a: "2", "10": "x", b: "1" } }) },
    { when: "the sender as a number", body: JSON.stringify({ ...BODY, Sender: 5 }) },
    { when: "escapes", body: JSON.stringify(BODY).replace("hello", "\\u0068ello") },
    { when: "the default written out", body: withOptions({ Delivery: "at-most-once", DryRun: false }) },
    { when: "null for what is left out", body: JSON.stringify({ ...BODY, InboxType: null, IsNormalUser: null }) },
    { when: "the same instant elsewhere", body: withOptions({ NotBefore: "2026-01-31T09:00:00+01:00" }) },
    { when: "a dry run", body: withOptions({ DryRun: true }) },
  ])("is the same with $when", ({ body }) => {
    expect(identityOf(body)).toBe(identity());
  });

  it.each([
    { AppId: 2 },
    { Sender: "6" },
    { InboxType: 0 },
    { MsgType: 10002 },
    { Content: "hello " },
    { IsNormalUser: false },
    { Ext: { b: "2", a: "1", "10": "x", "9": "y" } },
    { Ext: {} },
    { Options: {} },
    { Options: { ...BODY.Options, Lane: "bulk" } },
    { Options: { ...BODY.Options, Delivery: "at-least-once" } },
    { Options: { ExpiresAt: BODY.Options.NotBefore } },
  ])("is another with %o", (change) => {
    expect(identity(change)).not.toBe(identity());
  });

  it("says no more than it has to: JSON, keys in order", () => {
    expect(identityOf('{"AppId":1,"Sender":5,"Receiver":[1],"MsgType":2,"Content":"\\"x\\""}')).toBe(
      '{"message":{"AppId":1,"Content":"\\"x\\"","MsgType":2,"Sender":"5"},"options":{"delivery":"at-most-once"}}',
    );
  });

  it("tells any two Ext apart, and no two orders of one", () => {
    const ext = fc.dictionary(fc.stringMatching(/^[a-c0-2"]{1,3}$/), fc.stringMatching(/^[",:{}a]{0,3}$/));
    fc.assert(
      fc.property(ext, ext, (one, other) => {
        const shuffled = Object.fromEntries(Object.entries(one).toReversed());
        expect(identity({ Ext: shuffled })).toBe(identity({ Ext: one }));
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        expect(identity({ Ext: other }) === identity({ Ext: one })).toBe(same);
      }),
    );
  });

  function withOptions(options: object): string {
    return JSON.stringify({ ...BODY, Options: { ...BODY.Options, ...options } });
  }
});

it("the text of a request has lists in their order, and keys in theirs", () => {
  const message = { Sender: "5", AppId: 1, MsgType: 2, Content: "x" };
  const options = { delivery: "at-most-once", dryRun: true, list: ["b", "a", null] } as const;
  expect(requestText({ message, options })).toBe(
    '{"message":{"AppId":1,"Content":"x","MsgType":2,"Sender":"5"},"options":{"delivery":"at-most-once","list":["b","a",null]}}',
  );
});
