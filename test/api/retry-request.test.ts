import { describe, expect, it } from "vitest";
import { readRetryRequest } from "../../lib/api/retry-request.ts";

describe("readRetryRequest", () => {
  it.each([
    { body: undefined, want: [] },
    { body: "{}", want: [] },
    { body: '{"Include":null}', want: [] },
    { body: '{"Include":[]}', want: [] },
    { body: '{"Include":["unknown"]}', want: ["unknown"] },
    { body: '{"Include":["unknown","unknown"]}', want: ["unknown"] },
  ])("reads $body as $want", ({ body, want }) => {
    expect(readRetryRequest(body)).toEqual({ include: want });
  });

  it.each([
    { body: '{"Include":["sent"]}', code: "INVALID" },
    { body: '{"Include":"unknown"}', code: "INVALID" },
    { body: '{"Exclude":[]}', code: "INVALID" },
    { body: "[]", code: "INVALID" },
    { body: "null", code: "INVALID" },
    { body: "{", code: "MALFORMED" },
    { body: "", code: "MALFORMED" },
    { body: "[".repeat(200_000), code: "MALFORMED" },
  ])("refuses $body: $code", ({ body, code }) => {
    expect(() => readRetryRequest(body)).toThrow(expect.objectContaining({ code }));
  });
});
