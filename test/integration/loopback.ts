import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type UndiciRtcOptions, undiciRtc } from "../../lib/adapters/undici-rtc.ts";
import type { OnBroken } from "../../lib/ports/rtc.ts";

export const NOW_MS = Date.UTC(2024, 4, 15, 8, 3, 13);

/** Invented: they open nothing. */
export const KEYS = { accessKeyId: "AKLTinvented", secretAccessKey: "invented-secret" };
const MESSAGE = { AppId: 1, Sender: "9223372036854775807", MsgType: 10001, Content: "what is said" };

/** An answer to receivers 1 and 2, and what it must be read as. */
export const SENT = `{"ResponseMetadata":{"RequestId":"r"},"Result":{"UserMessageId":{"1":7368834896123456789},"FailedReceiver":[2]}}`;
export const ANSWERED = {
  kind: "answered",
  messageIds: new Map([["1", "7368834896123456789"]]),
  failedReceivers: ["2"],
  requestId: "r",
};

/** Undone after each test, the last first. */
export const ends: (() => Promise<unknown>)[] = [];

export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

export const listenHttp = async (answer: RequestListener): Promise<string> =>
  `http://${await listen(createHttpServer(answer))}`;

export const listenTcp = (greet: (socket: Socket) => void): Promise<string> => listen(createServer(greet));

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client whose limits are far away unless the test brings them near. */
export function client(endpoint: string, options: Partial<UndiciRtcOptions> = {}) {
  const rtc = undiciRtc({
    endpoint,
    region: "cn-north-1",
    credentials: async () => KEYS,
    timeoutMs: 10_000,
    now: () => NOW_MS,
    ...options,
  });
  ends.push(() => rtc.close());
  return {
    send: (leaveByMs = Number.POSITIVE_INFINITY, onBroken?: OnBroken, trace?: string) =>
      rtc.send(MESSAGE, ["1", "2"], leaveByMs, onBroken, trace),
    rtc,
  };
}
