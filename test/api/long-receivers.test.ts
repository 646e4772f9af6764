import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { cutOutReceivers, isStandIn } from "../../lib/api/long-receivers.ts";

const A = "1000000000000000001";
const B = "9223372036854775807";
const TOO_LARGE = "9223372036854775808";

const bodyWith = (receiver: string, more = "") =>
  `{"AppId":1,"Sender":2,"MsgType":10001,"Content":"x","Receiver":${receiver}${more}}`;

/** What a request came to: its receivers, or the problem document. */
function outcomeOf(body: string): unknown {
  try {
    const { receivers, duplicatesDropped } = readJobRequest(body);
    return { receivers: [...receivers].map(String), duplicatesDropped };
  } catch (error) {
    return error;
  }
}

describe("cutOutReceivers", () => {
  it.each([
    { when: "one id", list: `[${A}]`, want: [BigInt(A)] },
    { when: "the largest, and a copy", list: `[${B},${A},${B}]`, want: [BigInt(B), BigInt(A), BigInt(B)] },
    { when: "white space wherever JSON has it", list: `[\n\t${A} ,\r\n ${B}\n]`, want: [BigInt(A), BigInt(B)] },
  ])("reads $when and leaves the rest", ({ list, want }) => {
    const cut = cutOutReceivers(bodyWith(list, ',"InboxType":3'));
    expect([...(cut?.ids ?? [])]).toEqual(want);
    const rest = JSON.parse(cut?.rest ?? "");
    expect(rest).toMatchObject({ AppId: 1, Content: "x", InboxType: 3 });
    expect(isStandIn(rest.Receiver)).toBe(true);
  });

  it.each([
    { when: "short ids", list: "[1234567890]" },
    { when: "no list", list: A },
    { when: "an empty list", list: "[]" },
    { when: "an id that is too large", list: `[${A},${TOO_LARGE}]` },
    { when: "a leading zero", list: `[${A},07]` },
    { when: "a fraction", list: `[${A},1.5]` },
    { when: "a text", list: `[${A},"${B}"]` },
    { when: "a comma too many", list: `[${A},]` },
    { when: "two commas", list: `[${A},,${B}]` },
    { when: "an id in two", list: `[${A} 7]` },
    { when: "white space JSON does not know", list: `[${A},\u00a0${B}]` },
    { when: "a list in the list", list: `[${A},[${B}]]` },
    { when: "a list that does not end", list: `[${A}` },
  ])("leaves $when to the parser", ({ list }) => {
    expect(cutOutReceivers(bodyWith(list))).toBeUndefined();
  });

  it("reads half a million ids piece by piece", () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => BigInt(A) + BigInt(i));
    expect(cutOutReceivers(bodyWith(`[${ids.join(",")}]`))?.ids).toEqual(BigUint64Array.from(ids));
  });
});

describe("a request with long ids", () => {
  it.each([
    { when: "twice the key: the last one stands", body: bodyWith(`[${A}]`, `,"Receiver":[${B}]`), want: [B] },
    { when: "twice the key, the last one short", body: bodyWith(`[${A}]`, ',"Receiver":[7]'), want: ["7"] },
    { when: "its name in a text", body: bodyWith(`[${A}]`, `,"Ext":{"a":"\\"Receiver\\":[${B}]"}`), want: [A] },
    { when: "its name as a text", body: bodyWith(`[${A}]`, ',"Ext":{"a":"Receiver"}'), want: [A] },
  ])("has $when", ({ body, want }) => {
    expect(outcomeOf(body)).toMatchObject({ receivers: want });
  });

  it.each([
    { when: "a nested list of that name", body: bodyWith(`[${A}]`, `,"Ext":{"Receiver":[${B}]}`), at: "/Ext/Receiver" },
    { when: "the stand-in for a list", body: bodyWith('["receivers"]'), at: "/Receiver/0" },
    { when: "the last of two no list", body: bodyWith(`[${A}]`, ',"Receiver":7'), at: "/Receiver" },
  ])("is refused for $when", ({ body, at }) => {
    expect(outcomeOf(body)).toMatchObject({ faults: [{ pointer: at }] });
  });

  it("names the place in the whole body where JSON ends", () => {
    const body = bodyWith(`[${A}]`, ",oops");
    expect(outcomeOf(body)).toMatchObject({ message: expect.stringContaining(`position ${body.indexOf("oops")}`) });
  });

  it("comes to the same however it is written", () => {
    const id = fc.oneof(
      fc.bigInt({ min: 1n, max: 2n ** 63n + 2n }).map(String),
      fc.bigInt({ min: 10n ** 17n, max: 2n ** 63n - 1n }).map(String),
      fc.constantFrom("0", "-1", "01", "1.0", "1e3", "null"),
    );
    fc.assert(
      fc.property(fc.array(id, { minLength: 1 }), (ids) => {
        const plain = bodyWith(`[${ids.join(",")}]`);
        const escaped = plain.replace('"Receiver"', '"\\u0052eceiver"'); // not found by its looks
        expect(cutOutReceivers(escaped)).toBeUndefined();
        const [a, b] = [outcomeOf(plain), outcomeOf(escaped)];
        if (a instanceof SyntaxError || (a instanceof Error && a.message.includes("not JSON"))) {
          expect(b).toBeInstanceOf(Error);
        } else expect(a).toEqual(b);
      }),
    );
  });
});
