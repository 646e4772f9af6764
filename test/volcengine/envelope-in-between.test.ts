import { describe, expect, it } from "vitest";
import { readReply } from "../../lib/volcengine/envelope.ts";

describe("readReply", () => {
  it.each(
    [301, 302, 304, 307, 401, 403, 404, 405, 407, 411, 413, 414, 421, 431, 511].flatMap((status) =>
      ["", "<h1>No</h1>", `{"message":"No"}`].map((body) => ({ status, body })),
    ),
  )("not sent: $status $body of something in between, and its status is the code", (reply) => {
    const want = { kind: "refused", why: "not-sent", code: `Http${reply.status}`, holds: true };
    expect(readReply(reply, ["1"])).toEqual(want);
  });

  it("reads what the vendor says whatever the status", () => {
    expect(readReply({ status: 404, body: `{"Result":{"UserMessageId":{"1":5}}}` }, ["1"])).toMatchObject({
      kind: "answered",
    });
    const said = readReply({ status: 401, body: `{"ResponseMetadata":{"Error":{"Code":"InvalidAccessKey"}}}` }, ["1"]);
    expect(said).toMatchObject({ kind: "refused", why: "credentials", code: "InvalidAccessKey" });
  });

  it("keeps how long it is to wait where it was too fast, and nowhere else", () => {
    expect(readReply({ status: 429, body: "", retryAfterMs: 7_000 }, ["1"])).toMatchObject({ retryAfterMs: 7_000 });
    expect(readReply({ status: 404, body: "", retryAfterMs: 7_000 }, ["1"])).not.toHaveProperty("retryAfterMs");
  });

  it.each([
    { status: 408, body: "" },
    { status: 504, body: `{"message":"Endpoint request timed out"}` },
  ])("unclear: $status of something in between, after which nobody knows", (reply) => {
    expect(readReply(reply, ["1"])).toEqual({ kind: "unclear", code: "NotJson" });
  });
});
