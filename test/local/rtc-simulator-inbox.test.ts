import { describe, expect, it } from "vitest";
import type { Said } from "../../local/rtc-simulator/check-request.ts";
import { makeInbox } from "../../local/rtc-simulator/inbox.ts";

const said: Said = { AppId: 1, Sender: "2", InboxType: 0, MsgType: 1, Content: "hi", IsNormalUser: false, Ext: {} };
const from = { requestId: "R1", atMs: 5 };

describe("makeInbox", () => {
  it("gives every message a 19-digit id of its own that no JS number holds", () => {
    const receivers = Array.from({ length: 2_000 }, (_, i) => String(i + 1));
    const ids = makeInbox(1).deliver({ said, receivers }, from);
    expect(new Set(ids).size).toBe(2_000);
    expect(ids.every((id) => /^[1-9]\d{18}$/.test(id) && BigInt(id) < 2n ** 63n)).toBe(true);
    expect(ids.filter((id) => String(BigInt(Number(id))) === id).length).toBeLessThan(20);
  });

  it("gives the same ids for the same seed, others for another, and never one twice after a take-over", () => {
    const call = { said, receivers: ["1", "2"] };
    const first = makeInbox(1);
    const ids = first.deliver(call, from);
    expect(makeInbox(1).deliver(call, from)).toEqual(ids);
    expect(makeInbox(2).deliver(call, from)).not.toEqual(ids);
    expect(makeInbox(1, first.next()).deliver(call, from)).not.toContain(ids[0]);
  });

  it("tells what a user received, oldest first", () => {
    const inbox = makeInbox(1);
    const [a] = inbox.deliver({ said, receivers: ["9007199254740993"] }, from);
    const [b] = inbox.deliver(
      { said: { ...said, Content: "ho" }, receivers: ["9007199254740993"] },
      { requestId: "R2", atMs: 6 },
    );
    expect(inbox.receivedBy("9007199254740993")).toEqual([
      { messageId: a, requestId: "R1", at: 5, ...said },
      { messageId: b, requestId: "R2", at: 6, ...said, Content: "ho" },
    ]);
    expect(inbox.receivedBy("9007199254740992")).toEqual([]);
    expect([...inbox.all()]).toEqual([{ userId: "9007199254740993", messageIds: [a, b] }]);
  });

  it("counts a user who received the same thing again once, and nobody who received another", () => {
    const inbox = makeInbox(1);
    for (const Content of ["hi", "ho", "hi", "hi"])
      inbox.deliver({ said: { ...said, Content }, receivers: ["1"] }, from);
    inbox.deliver({ said, receivers: ["2"] }, from);
    inbox.deliver({ said: { ...said, Ext: { a: "b" } }, receivers: ["2"] }, from);
    expect(inbox.counts()).toEqual({ delivered: 6, receivers: 2, doubles: 1 });
  });
});
