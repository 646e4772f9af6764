import { describe, expect, it } from "vitest";
import { readDispatchNudge } from "../../lib/api/read-nudge.ts";

const JOB = "0123456789abcdefghijklmno";

describe("readDispatchNudge", () => {
  it("reads an account and a time", () => {
    expect(readDispatchNudge('{"v":1,"account":"app-7","atMs":5}')).toEqual({ account: "app-7", atMs: 5 });
  });

  it.each([
    { when: "no JSON", body: "now" },
    { when: "another version", body: '{"v":2,"account":"a","atMs":5}' },
    { when: "no version", body: '{"account":"a","atMs":5}' },
    { when: "no account", body: '{"v":1,"atMs":5}' },
    { when: "an empty account", body: '{"v":1,"account":"","atMs":5}' },
    { when: "a long account", body: `{"v":1,"account":"${"a".repeat(101)}","atMs":5}` },
    { when: "a time as text", body: '{"v":1,"account":"a","atMs":"5"}' },
    { when: "a time that is no whole number", body: '{"v":1,"account":"a","atMs":0.5}' },
    { when: "a time before all", body: '{"v":1,"account":"a","atMs":-1}' },
    { when: "a wish for an import", body: `{"v":1,"job":"${JOB}"}` },
  ])("refuses $when", ({ body }) => {
    expect(() => readDispatchNudge(body)).toThrow();
  });
});
