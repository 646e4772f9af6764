import { describe, expect, it } from "vitest";
import { checkRequest } from "../../local/rtc-simulator/check-request.ts";

const body = (changes: Record<string, string | undefined> = {}): string => {
  const parts = { AppId: "1", Sender: "2", Receiver: "[3]", MsgType: "10001", Content: '"hi"', ...changes };
  const fields = Object.entries(parts).filter(([, value]) => value !== undefined);
  return `{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
};
const codeOf = (text: string): string | undefined => {
  const checked = checkRequest(text);
  return checked.kind === "refused" ? checked.refusal.code : undefined;
};
const ids = (count: number) => `[${Array.from({ length: count }, (_, i) => i + 1)}]`;

describe("checkRequest", () => {
  it("keeps every digit and fills in the defaults", () => {
    expect(checkRequest(body({ Sender: "9223372036854775807", Receiver: "[9007199254740993,1]" }))).toEqual({
      kind: "good",
      call: {
        said: {
          AppId: 1,
          Sender: "9223372036854775807",
          InboxType: 0,
          MsgType: 10001,
          Content: "hi",
          IsNormalUser: false,
          Ext: {},
        },
        receivers: ["9007199254740993", "1"],
      },
    });
  });

  it.each([
    { when: "500 receivers", text: body({ Receiver: ids(500) }) },
    { when: "the vendor's own sample", text: body({ InboxType: "0", IsNormalUser: "false", Ext: '{"key":"value"}' }) },
    { when: "an empty Content", text: body({ Content: '""' }) },
    { when: "the last int32", text: body({ AppId: "2147483647" }) },
  ])("takes $when", ({ text }) => {
    expect(codeOf(text)).toBeUndefined();
  });

  it.each(["AppId", "Sender", "Receiver", "MsgType", "Content"])("misses %s", (name) => {
    expect(codeOf(body({ [name]: undefined }))).toBe("MissingParameter");
  });

  it.each(["", "{", "[]", "1", "null", "[1]", `${body()}x`])("refuses a body that is no JSON object: %s", (text) => {
    expect(codeOf(text)).toBe("JsonParsingError");
  });

  it.each([
    ["AppId", ["2147483648", "0", "-1", '"1"', "1.5", "1e3", "null", "true"]],
    ["Sender", ["0", "-1", '"2"', "2.0", "2e1", "9223372036854775808", "10000000000000000000", "null"]],
    ["Receiver", ["[]", ids(501), "3", '"3"', "{}", "null", "[0]", "[-3]", "[-0]", '["3"]', "[3.0]", "[3e1]"]],
    ["Receiver", ["[9223372036854775808]", "[[3]]", "[null]", "[3,4,3]"]],
    ["InboxType", ['"0"', "0.0", "2147483648", "null"]],
    ["MsgType", ['"10001"', "1.5", "-2147483649", "[]"]],
    ["Content", ["1", "null", "{}"]],
    ["IsNormalUser", ['"false"', "0", "null"]],
    ["Ext", ["[]", '"x"', '{"a":1}', '{"a":null}', "1", "null"]],
    ["Options", ["{}"]],
    ["constructor", ["1"]],
  ])("refuses a wrong %s: %s", (name, values) => {
    for (const value of values)
      expect([value, codeOf(body({ [name]: value }))]).toEqual([value, `InvalidParameter.${name}`]);
  });
});
