import { describe, expect, it } from "vitest";
import { memoryNudges } from "../../lib/adapters/memory-nudges.ts";
import { memoryQueue } from "../../lib/adapters/memory-queue.ts";

const VISIBILITY_MS = 60_000;

function make() {
  let nowMs = 1_000_000;
  const now = () => nowMs;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { queue: memoryQueue<string>(now, VISIBILITY_MS), nudges: memoryNudges(now, VISIBILITY_MS), now, pass };
}

describe("memoryQueue", () => {
  it("hides a received message, brings it again, and forgets a removed one", () => {
    const { queue, pass, now } = make();
    queue.put("a", 0);
    const got = queue.receive();
    expect(got).toMatchObject({ body: "a" });
    expect(queue.receive()).toBeUndefined();
    expect(queue.nextAtMs()).toBe(now() + VISIBILITY_MS);
    pass(VISIBILITY_MS);
    expect(queue.receive()).toEqual(got);
    queue.remove(got?.id ?? 0);
    expect(queue.nextAtMs()).toBeUndefined();
  });

  it("brings a message again when it is told to", () => {
    const { queue, pass } = make();
    queue.put("a", 0);
    queue.hide(queue.receive()?.id ?? 0, 5);
    pass(4_999);
    expect(queue.receive()).toBeUndefined();
    pass(1);
    expect(queue.receive()?.body).toBe("a");
    queue.hide(99, 5); // deleted meanwhile
  });

  it("gives the message that has been visible the longest, of those that are wanted", () => {
    const { queue, pass } = make();
    queue.put("later", 2);
    queue.put("a", 0);
    queue.put("b", 0);
    expect(queue.receive((body) => body !== "a")?.body).toBe("b");
    expect(queue.receive()?.body).toBe("a");
    expect(queue.receive()).toBeUndefined();
    pass(2_000);
    expect(queue.receive()?.body).toBe("later");
  });

  it("loses everything when it is purged", () => {
    const { queue } = make();
    queue.put("a", 0);
    queue.purge();
    expect(queue.receive()).toBeUndefined();
  });

  it.each([{ delay: 901 }, { delay: -1 }, { delay: 0.5 }])("refuses a delay of $delay s, as SQS does", ({ delay }) => {
    expect(() => make().queue.put("a", delay)).toThrow(RangeError);
  });
});

describe("memoryNudges", () => {
  it("keeps wishes for dispatch runs apart from those for imports", async () => {
    const { nudges, pass } = make();
    await nudges.dispatch({ account: "account", atMs: 7 }, 1);
    await nudges.import("job");
    expect(nudges.dispatches.receive()).toBeUndefined();
    expect(nudges.imports.receive()?.body).toEqual({ job: "job" });
    pass(1_000);
    expect(nudges.dispatches.receive()?.body).toEqual({ account: "account", atMs: 7 });
  });
});
