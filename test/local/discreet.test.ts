import { expect, it } from "vitest";
import { assertDiscreet } from "../support/volley.ts";

it.each([
  { when: "what was said", line: '{"message":"sending","content":"你好"}' },
  { when: "a key", line: '{"key":"volley_x"}' },
  { when: "a signature", line: "authorization: HMAC-SHA256 Credential=a/b, Signature=0123456789abcdef" },
])("a log that tells $when is found", ({ line }) => {
  expect(() => assertDiscreet(`fine\n${line}\nfine`, ["你好", "volley_x"])).toThrow("the log tells a secret");
});

it("a log that tells nothing passes", () => {
  expect(() => assertDiscreet('{"event":"not-sent","job":"j"}\n', ["你好", "volley_x"])).not.toThrow();
});
