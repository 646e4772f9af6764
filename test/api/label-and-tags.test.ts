import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { refusalOf } from "../http/request.ts";

const base = { AppId: 1, Sender: 1, Receiver: [1], MsgType: 1, Content: "" };
const faultsOf = (Options: object | string) => {
  const text = typeof Options === "string" ? Options : JSON.stringify(Options);
  const body = JSON.stringify({ ...base, Options: {} }).replace("{}", text);
  return refusalOf(() => readJobRequest(body)).faults;
};
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));

describe("a label that is refused", () => {
  it.each([
    { what: "nothing", Label: "" },
    { what: "101 characters", Label: "x".repeat(101) },
    { what: "a header in it", Label: "a\r\nSet-Cookie: b" },
    { what: "a space before it", Label: " a" },
    { what: "a number", Label: 5 },
  ])("$what", ({ Label }) => expect(faultsOf({ Label })).toMatchObject([{ pointer: "/Options/Label" }]));
});

describe("tags that are refused", () => {
  it.each([
    { what: "a list", Tags: ["a:b"], pointer: "/Options/Tags" },
    { what: "eleven", Tags: tags(11), pointer: "/Options/Tags" },
    { what: "a key with a space", Tags: { "a b": "c" }, pointer: "/Options/Tags" },
    { what: "a key of nothing", Tags: { "": "c" }, pointer: "/Options/Tags" },
    { what: "a key of 65 characters", Tags: { ["k".repeat(65)]: "c" }, pointer: "/Options/Tags" },
    { what: "a value with a line end", Tags: { a: "b\nc" }, pointer: "/Options/Tags/a" },
    { what: "a value of 257 characters", Tags: { a: "v".repeat(257) }, pointer: "/Options/Tags/a" },
    { what: "a value that is no text", Tags: { a: 1, b: "c" }, pointer: "/Options/Tags/a" },
  ])("$what", ({ Tags, pointer }) => expect(faultsOf({ Tags })).toMatchObject([{ pointer }]));

  it("a key that would be lost", () => {
    expect(faultsOf('{"Tags":{"__proto__":"x"}}')).toMatchObject([{ pointer: "/Options/Tags" }]);
  });

  it("ten are none of them", () => {
    expect(readJobRequest(JSON.stringify({ ...base, Options: { Tags: tags(10) } })).options.tags).toEqual(tags(10));
  });
});
