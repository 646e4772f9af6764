import { describe, expect, it } from "vitest";
import { readIdempotencyKey } from "../../lib/http/idempotency-key.ts";
import { aRequest, refusalOf } from "./request.ts";

const withKey = (key: string) => aRequest({ headers: { "idempotency-key": key } });

describe("readIdempotencyKey", () => {
  it("reads none", () => {
    expect(readIdempotencyKey(aRequest({}))).toEqual({});
  });

  it.each([{ key: "k" }, { key: '"8e03978e-40d5-43e8-bc93-6894a57f9324"' }, { key: "~ !" }, { key: "x".repeat(255) }])(
    "reads $key",
    ({ key }) => {
      expect(readIdempotencyKey(withKey(key))).toEqual({ idempotencyKey: key });
    },
  );

  it.each([
    { when: "an empty one", key: "" },
    { when: "one too long", key: "x".repeat(256) },
    { when: "a line break", key: "a\nb" },
    { when: "a control character", key: "a\u007f" },
    { when: "others than ASCII", key: "clé" },
  ])("refuses $when", ({ key }) => {
    expect(refusalOf(() => readIdempotencyKey(withKey(key))).status).toBe(400);
  });
});
