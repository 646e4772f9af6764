import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { Invalid, Malformed } from "../../lib/domain/errors.ts";

const NOW = Date.parse("2026-01-31T08:00:00Z");
const DAY = 24 * 3600 * 1000;
const base = { AppId: 1, Sender: "5", Receiver: ["1"], MsgType: 10001, Content: "hello" };

const read = (change: object) => readJobRequest(JSON.stringify({ ...base, ...change }));

/** What a body is refused with. */
function refusal(body: string): Invalid {
  try {
    readJobRequest(body);
  } catch (error) {
    if (error instanceof Invalid) return error;
    throw error;
  }
  throw new Error("it was taken");
}
const faultsOf = (change: object) => refusal(JSON.stringify({ ...base, ...change })).faults;

const INT32 = "must be from 1 to 2147483647";
const UNICODE = "must be well-formed Unicode: it has half of a surrogate pair";
const TIME = "must be a time such as 2026-01-31T08:00:00Z";
const RANGE = "must be from 1 to 9223372036854775807";

describe("readJobRequest", () => {
  it("takes the vendor's body as it is, whatever it leaves out left out", () => {
    expect(read({})).toEqual({
      message: { AppId: 1, Sender: "5", MsgType: 10001, Content: "hello" },
      receivers: BigUint64Array.of(1n),
      duplicatesDropped: 0,
      options: { delivery: "at-most-once", dryRun: false },
    });
  });

  it("takes every field there is", () => {
    const message = { InboxType: 1, MsgType: 10012, Content: "", IsNormalUser: false, Ext: { k: "v", empty: "" } };
    const Options = {
      Lane: "bulk",
      Delivery: "at-least-once",
      NotBefore: "2026-02-01T09:00:00+01:00",
      ExpiresAt: "2026-02-02T08:00:00.500Z",
      Label: "Spring 🌱",
      Tags: { "a:b": "c d", empty: "" },
      Events: true,
      CallbackUrl: "https://example.com/volley?a=b",
      DryRun: true,
    };
    expect(read({ ...message, Sender: "9223372036854775807", Receiver: [3, "2", 3], Options })).toEqual({
      message: { AppId: 1, Sender: "9223372036854775807", ...message },
      receivers: BigUint64Array.of(2n, 3n),
      duplicatesDropped: 1,
      options: {
        lane: "bulk",
        delivery: "at-least-once",
        notBeforeMs: NOW + DAY,
        expiresAtMs: NOW + 2 * DAY + 500,
        label: "Spring 🌱",
        tags: { "a:b": "c d", empty: "" },
        events: true,
        callbackUrl: "https://example.com/volley?a=b",
        dryRun: true,
      },
    });
  });

  it("keeps ids past 2^53 exact, written as numbers", () => {
    const body = '{"AppId":1,"Sender":9007199254740993,"Receiver":[9223372036854775807],"MsgType":1,"Content":""}';
    const { message, receivers } = readJobRequest(body);
    expect(message.Sender).toBe("9007199254740993");
    expect(receivers).toEqual(BigUint64Array.of(2n ** 63n - 1n));
  });

  it.each([
    { when: "not JSON", body: "AppId=1" },
    { when: "nothing", body: "" },
    { when: "a list", body: "[1]" },
    { when: "a string", body: '"hello"' },
    { when: "null", body: "null" },
    { when: "a number with a fraction", body: "1.5" },
    { when: "brackets without end", body: "[".repeat(100_000) },
  ])("cannot read $when", ({ body }) => {
    expect(() => readJobRequest(body)).toThrow(Malformed);
  });

  it("takes null for an optional field as not given", () => {
    const Options = {
      Lane: null,
      Delivery: null,
      NotBefore: null,
      ExpiresAt: null,
      Label: null,
      Tags: null,
      Events: null,
      CallbackUrl: null,
      DryRun: null,
    };
    expect(read({ InboxType: null, IsNormalUser: null, Ext: null, Options })).toEqual(read({}));
    expect(read({ Options: null })).toEqual(read({}));
  });

  it.each([
    { lane: "express", receivers: 500 },
    { lane: "bulk", receivers: 501 },
    { lane: "bulk", receivers: 1 },
  ])("takes lane $lane for $receivers receivers", ({ lane, receivers }) => {
    const Receiver = Array.from({ length: receivers }, (_, i) => i + 1);
    expect(read({ Receiver: [...Receiver, 1], Options: { Lane: lane } }).options.lane).toBe(lane);
  });

  it.each<{ change: object; pointer: string; detail: string }>([
    { change: { AppId: 0 }, pointer: "/AppId", detail: INT32 },
    { change: { AppId: 2 ** 31 }, pointer: "/AppId", detail: INT32 },
    { change: { AppId: "1" }, pointer: "/AppId", detail: "must be a whole number" },
    { change: { AppId: 1.5 }, pointer: "/AppId", detail: "must be a whole number" },
    { change: { AppId: 10 ** 17 }, pointer: "/AppId", detail: "must be a whole number" },
    { change: { MsgType: null }, pointer: "/MsgType", detail: "must be a whole number" },
    { change: { MsgType: 0.1 }, pointer: "/MsgType", detail: "must be a whole number" },
    { change: { InboxType: "0" }, pointer: "/InboxType", detail: "must be a whole number" },
    { change: { Sender: 0 }, pointer: "/Sender", detail: RANGE },
    { change: { Sender: "9223372036854775808" }, pointer: "/Sender", detail: RANGE },
    { change: { Sender: true }, pointer: "/Sender", detail: "must be a whole number or a decimal string" },
    { change: { Receiver: [] }, pointer: "/Receiver", detail: "must name at least one user" },
    { change: { Receiver: "1" }, pointer: "/Receiver", detail: "must be a list of user ids" },
    { change: { Receiver: { 0: 1 } }, pointer: "/Receiver", detail: "must be a list of user ids" },
    { change: { Receiver: [1, 0] }, pointer: "/Receiver/1", detail: RANGE },
    { change: { Content: undefined }, pointer: "/Content", detail: "is missing" },
    { change: { Content: { text: "hello" } }, pointer: "/Content", detail: "must be a string" },
    { change: { IsNormalUser: 1 }, pointer: "/IsNormalUser", detail: "must be true or false" },
    { change: { Ext: "k=v" }, pointer: "/Ext", detail: "must be an object of strings" },
    { change: { Ext: ["v"] }, pointer: "/Ext", detail: "must be an object of strings" },
    { change: { Ext: { k: 1 } }, pointer: "/Ext/k", detail: "must be a string" },
    { change: { Ext: { "a/b~c": 1 } }, pointer: "/Ext/a~1b~0c", detail: "must be a string" },
    {
      change: { Ext: { constructor: "v" } },
      pointer: "/Ext",
      detail: "must not have the keys __proto__, constructor or prototype",
    },
    { change: { Ext: { "": "v" } }, pointer: "/Ext", detail: "must not have an empty key" },
    { change: { Ext: { k: null } }, pointer: "/Ext/k", detail: "must be a string" },
    { change: { Ext: { k: "\ud83d" } }, pointer: "/Ext/k", detail: UNICODE },
    { change: { Ext: { "\udc00": "v" } }, pointer: "/Ext/\udc00", detail: UNICODE },
    { change: { Content: "half \ud83d of it" }, pointer: "/Content", detail: UNICODE },
    {
      change: { Options: { CallbackUrl: "https://host.example/\ud800" } },
      pointer: "/Options/CallbackUrl",
      detail: "must be an absolute https URL",
    },
    { change: { Content: null }, pointer: "/Content", detail: "must be a string" },
    { change: { Receiver: null }, pointer: "/Receiver", detail: "must be a list of user ids" },
    { change: { Receivers: [1] }, pointer: "/Receivers", detail: "is not a field of this request" },
    { change: { toString: 1 }, pointer: "/toString", detail: "is not a field of this request" },
    { change: { Options: [] }, pointer: "/Options", detail: "must be an object" },
    { change: { Options: 1.5 }, pointer: "/Options", detail: "must be an object" },
    { change: { Options: { Lane: "fast" } }, pointer: "/Options/Lane", detail: "must be express or bulk" },
    {
      change: { Options: { Delivery: "exactly-once" } },
      pointer: "/Options/Delivery",
      detail: "must be at-most-once or at-least-once",
    },
    { change: { Options: { NotBefore: "tomorrow" } }, pointer: "/Options/NotBefore", detail: TIME },
    { change: { Options: { ExpiresAt: NOW + DAY } }, pointer: "/Options/ExpiresAt", detail: TIME },
    {
      change: { Receiver: Array.from({ length: 501 }, (_, i) => i + 1), Options: { Lane: "express" } },
      pointer: "/Options/Lane",
      detail: "must be bulk for more than 500 receivers",
    },
    { change: { Options: { Events: 1 } }, pointer: "/Options/Events", detail: "must be true or false" },
    {
      change: { Options: { CallbackUrl: 7 } },
      pointer: "/Options/CallbackUrl",
      detail: "must be an absolute https URL",
    },
    {
      change: { Options: { CallbackUrl: "example.com/volley" } },
      pointer: "/Options/CallbackUrl",
      detail: "must be an absolute https URL",
    },
    {
      change: { Options: { CallbackUrl: "https://example.com/", Events: false } },
      pointer: "/Options/Events",
      detail: "must not be false for a job with a CallbackUrl",
    },
    { change: { Options: { DryRun: "true" } }, pointer: "/Options/DryRun", detail: "must be true or false" },
    { change: { Options: { Retry: 3 } }, pointer: "/Options/Retry", detail: "is not a field of this request" },
  ])("refuses $change at $pointer", ({ change, pointer, detail }) => {
    expect(faultsOf(change)).toEqual([{ pointer, detail }]);
  });

  it("refuses __proto__ as a field and as a key of Ext", () => {
    const rest = JSON.stringify(base).slice(1);
    expect(refusal(`{"__proto__":{},${rest}`).faults).toMatchObject([{ pointer: "/__proto__" }]);
    expect(refusal(`{"Ext":{"__proto__":"v"},${rest}`).faults).toMatchObject([{ pointer: "/Ext" }]);
  });

  it("names all faults at once", () => {
    const { total, faults } = refusal('{"AppId":0,"Receiver":[1,-1],"Content":7,"Who":1,"Options":{"Lane":""}}');
    const pointers = ["/AppId", "/Content", "/MsgType", "/Options/Lane", "/Receiver/1", "/Sender", "/Who"];
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual(pointers);
    expect(total).toBe(7);
  });

  it("names every field that it does not know, and not only the first", () => {
    const faults = faultsOf({
      Who: 1,
      "a/b~c": 2,
      Options: { Lane: "bulk", Speed: 3, Colour: 4 },
      Ext: { any: "key" },
    });
    const detail = "is not a field of this request";
    const pointers = ["/Who", "/a~1b~0c", "/Options/Speed", "/Options/Colour"];
    expect(faults).toEqual(pointers.map((pointer) => ({ pointer, detail })));
  });

  it("names the first hundred faults and counts them all", () => {
    const { total, faults } = refusal(JSON.stringify({ ...base, AppId: 0, Receiver: Array(300).fill(0) }));
    expect(total).toBe(301);
    expect(faults).toHaveLength(100);
    expect(faults[0]).toEqual({ pointer: "/AppId", detail: INT32 });
  });

  it.each([
    { when: "64 KB of Content", Content: "x".repeat(65_536), Ext: undefined, want: 0 },
    { when: "one byte more", Content: "x".repeat(65_537), Ext: undefined, want: 1 },
    { when: "characters of three bytes", Content: "漢".repeat(21_846), Ext: undefined, want: 1 },
    { when: "Ext on top", Content: "x".repeat(65_530), Ext: { k: "v" }, want: 1 },
  ])("limits Content and Ext together: $when", ({ Content, Ext, want }) => {
    const faults = want === 0 ? read({ Content, Ext }) && [] : faultsOf({ Content, Ext });
    expect(faults).toHaveLength(want);
  });

  it("throws nothing but what says so, whatever the JSON", () => {
    const name = fc.constantFrom(...Object.keys(base), "Ext", "Options", "__proto__", "Else");
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), (body) => {
        expect(refusal(JSON.stringify(body)).faults).not.toEqual([]);
      }),
    );
  });
});
