import { describe, expect, it } from "vitest";
import { eventBytes, isText } from "../../local/http-api.ts";

describe("isText", () => {
  it.each([
    { type: "application/json", want: true },
    { type: "Application/JSON; charset=utf-8", want: true },
    { type: "text/csv", want: true },
    { type: "application/xml", want: true },
    { type: "application/json-seq", want: false },
    { type: "application/x-www-form-urlencoded", want: false },
    { type: "application/octet-stream", want: false },
    { type: undefined, want: false },
  ])("$type: $want", ({ type, want }) => {
    expect(isText({ "content-type": type })).toBe(want);
  });

  it("is never said of a body that is packed", () => {
    expect(isText({ "content-type": "application/json", "content-encoding": "gzip" })).toBe(false);
  });
});

describe("eventBytes", () => {
  const over = (body: string, binary: boolean) =>
    eventBytes(Buffer.from(body), binary) - eventBytes(Buffer.of(), binary);

  it("counts a digit once, a quote twice, and base64 by fours", () => {
    expect(over("1234", false)).toBe(4);
    expect(over('"1"', false)).toBe(5);
    expect(over("1234", true)).toBe(8);
  });
});
