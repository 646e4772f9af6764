import { describe, expect, it } from "vitest";
import type { MessageStore, StoredMessage } from "../../lib/ports/message-store.ts";
import { drawId, NOW } from "../support/a-job.ts";

const MESSAGE = { AppId: 1, Sender: "5", MsgType: 10001, Content: "hello" };
const BIG = Array.from({ length: 500 }, (_, i) => String(9_223_372_036_854_775_308n + BigInt(i))).join(",");

/** Every MessageStore passes this one suite. */
export function messageStoreContract(name: string, make: () => MessageStore): void {
  describe(`${name} honours MessageStore`, () => {
    it.each<{ when: string; stored: StoredMessage }>([
      { when: "a message alone", stored: { message: MESSAGE } },
      { when: "one receiver", stored: { message: MESSAGE, receivers: "1" } },
      { when: "500 receivers of 19 digits", stored: { message: MESSAGE, receivers: BIG } },
      {
        when: "receivers of every length",
        stored: { message: MESSAGE, receivers: "1,10,4294967296,9223372036854775807" },
      },
      { when: "nothing said", stored: { message: { ...MESSAGE, Content: "", Ext: {} } } },
      {
        when: "every field",
        stored: {
          message: {
            AppId: 2_147_483_647,
            Sender: "9007199254740993",
            InboxType: 0,
            MsgType: 0,
            Content: '{"text":"línea\\n🙂\u0000"}',
            IsNormalUser: false,
            Ext: { k: "", "a.b#c:d": "v", constructorName: "x" },
          },
        },
      },
      {
        when: "64 KB",
        stored: {
          message: { ...MESSAGE, Content: "漢".repeat(20_000), Ext: { long: "x".repeat(5_000) } },
          receivers: BIG,
        },
      },
    ])("keeps $when", async ({ stored }) => {
      const store = make();
      const run = drawId();
      await store.write(run, stored, NOW + 1);
      expect(await store.read(run)).toEqual(stored);
    });

    it("knows nothing of another run", async () => {
      const store = make();
      await store.write(drawId(), { message: MESSAGE }, NOW + 1);
      expect(await store.read(drawId())).toBeUndefined();
    });

    it("may be written again", async () => {
      const store = make();
      const run = drawId();
      for (let i = 0; i < 2; i++) await store.write(run, { message: MESSAGE, receivers: "1,2" }, NOW + 1);
      expect(await store.read(run)).toEqual({ message: MESSAGE, receivers: "1,2" });
    });
  });
}
