import { describe, expect, it } from "vitest";
import { DRAWN_ID, JOB_ID } from "../../lib/domain/ids.ts";

describe.each([
  { name: "the id of a job", form: JOB_ID, least: 20 },
  { name: "a drawn id", form: DRAWN_ID, least: 8 },
])("$name", ({ form, least }) => {
  it.each(["0".repeat(least), "z".repeat(40), "09az".repeat(8)])("may be %s", (id) => expect(form.test(id)).toBe(true));

  it.each([
    { when: "too short", id: "a".repeat(least - 1) },
    { when: "too long", id: "a".repeat(41) },
    { when: "in capitals", id: "A".repeat(least) },
    { when: "not plain at its beginning", id: `/${"a".repeat(least)}` },
    { when: "not plain at its end", id: `${"a".repeat(least)}#` },
    { when: "not plain in its middle", id: `${"a".repeat(least)}.${"a".repeat(8)}` },
    { when: "followed by a line end", id: `${"a".repeat(least)}\n` },
  ])("is not $when", ({ id }) => expect(form.test(id)).toBe(false));
});
