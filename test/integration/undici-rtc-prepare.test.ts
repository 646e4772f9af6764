import type { Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ANSWERED, client, endAll, ends, KEYS, listenTcp, SENT } from "./loopback.ts";

// What a call needs is got before its slot: keys and an open socket.

afterEach(endAll);

const ANSWER = `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(SENT)}\r\n\r\n${SENT}`;
const notSent = (code: string) => ({ kind: "refused", why: "not-sent", code });

/** Counts connections and what arrives on them; answers whole requests. */
async function counting() {
  const seen = { connections: 0, text: "" };
  const host = await listenTcp((socket: Socket) => {
    seen.connections++;
    socket.on("data", (bytes) => {
      seen.text += bytes.toString();
      if (bytes.includes('"what is said"}')) socket.write(ANSWER);
    });
  });
  return { endpoint: `http://${host}`, seen };
}

describe("a call that was prepared", () => {
  it("leaves on the socket that was opened for it; nothing was written on it before", async () => {
    const { endpoint, seen } = await counting();
    const { rtc, send } = client(endpoint);
    expect(await rtc.prepare()).toBeUndefined();
    await vi.waitFor(() => expect(seen.connections).toBe(1)); // undici takes a socket back only a turn of the event loop later
    expect(await rtc.prepare()).toBeUndefined();
    await vi.waitFor(() => expect(seen).toEqual({ connections: 1, text: "" }));
    expect(await send()).toEqual(ANSWERED);
    expect(seen.connections).toBe(1);
  });

  it("has a socket of its own beside another that is prepared at the same moment", async () => {
    const { endpoint, seen } = await counting();
    const { rtc } = client(endpoint);
    await Promise.all([rtc.prepare(), rtc.prepare()]);
    await vi.waitFor(() => expect(seen).toEqual({ connections: 2, text: "" }));
  });

  it("waits for no keys any more, however long they take; they are asked for anew at each preparation", async () => {
    const { endpoint } = await counting();
    let asked = 0;
    const { rtc, send } = client(endpoint, {
      timeoutMs: 2_000,
      credentials: () => (++asked === 1 ? Promise.resolve(KEYS) : new Promise(() => {})),
    });
    expect(await rtc.prepare()).toBeUndefined();
    expect(await send()).toEqual(ANSWERED);
    expect(asked).toBe(1);
    expect(await rtc.prepare()).toEqual(notSent("CredentialsUnavailable"));
    expect(asked).toBe(2);
  });
});

describe("a call that cannot be prepared", () => {
  const nobody = async () => {
    const endpoint = `http://${await listenTcp(() => {})}`;
    await ends.pop()?.(); // nobody listens any more
    return endpoint;
  };

  it.each([
    { when: "nobody listens", endpoint: nobody, want: "ConnectionRefused" },
    { when: "the name does not resolve", endpoint: async () => "http://rtc.invalid", want: "DnsFailed" },
    {
      when: "the TLS handshake hangs",
      endpoint: async () => `https://${await listenTcp(() => {})}`,
      timeoutMs: 40,
      want: "ConnectTimeout",
    },
  ])("is not sent: $when", async ({ endpoint, timeoutMs = 10_000, want }) => {
    const heard: string[] = [];
    const { rtc } = client(await endpoint(), { timeoutMs });
    expect(await rtc.prepare((code) => heard.push(code))).toEqual(notSent(want));
    expect(heard).toEqual([want]);
  });

  it.each([{ call: "prepare" as const }, { call: "send" as const }])(
    "ends with the call's time when the keys never come: $call",
    async ({ call }) => {
      const { rtc, send } = client("http://127.0.0.1:9", { timeoutMs: 40, credentials: () => new Promise(() => {}) });
      expect(await (call === "send" ? send() : rtc.prepare())).toEqual(notSent("CredentialsUnavailable"));
    },
  );
});
