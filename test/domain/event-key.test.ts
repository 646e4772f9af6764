import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventKey, fitKey } from "../../lib/domain/event-key.ts";
import { anyCharacter } from "../support/any-character.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const parts = fc.array(fc.string({ unit: anyCharacter }), { minLength: 1, maxLength: 4 });
const kind = fc.constantFrom(
  "eventbridge" as const,
  "cloudevents" as const,
  "sns" as const,
  "s3" as const,
  "sqs" as const,
);

describe("the key of an event", () => {
  it("is the same for the same event, and another for any other", () => {
    fc.assert(
      fc.property(kind, parts, kind, parts, (kindA, a, kindB, b) => {
        const same = kindA === kindB && JSON.stringify(a) === JSON.stringify(b);
        const [one, other] = [eventKey(kindA, ...a), eventKey(kindB, ...b)].map((key) => fitKey(key, hash));
        expect(one === other).toBe(same);
      }),
    );
  });

  it("fits the header Idempotency-Key, and keeps its kind", () => {
    fc.assert(
      fc.property(kind, parts, (of, some) => {
        expect(fitKey(eventKey(of, ...some), hash)).toMatch(new RegExp(`^${of}:[\\x20-\\x7e]{1,240}$`));
      }),
    );
  });

  it.each([
    { when: "short", parts: ["a"], want: /^s3:\["a"\]$/ },
    { when: "as long as it may be", parts: ["a".repeat(248)], want: /^s3:\["a{248}"\]$/ },
    { when: "longer", parts: ["a".repeat(249)], want: /^s3:sha256:[0-9a-f]{64}$/ },
    { when: "not ASCII", parts: ["jobs/ä"], want: /^s3:sha256:[0-9a-f]{64}$/ },
  ])("$when: $want", ({ parts: given, want }) => expect(fitKey(eventKey("s3", ...given), hash)).toMatch(want));
});
