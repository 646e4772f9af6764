import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { type UndiciCallbackOptions, undiciCallbackSender } from "../../lib/adapters/undici-callback.ts";
import type { CallbackMessage } from "../../lib/ports/callback-sender.ts";
import { endAll, listenHttp, listenTcp } from "./loopback.ts";

afterEach(endAll);

/** Invented: they open nothing. */
const SECRETS = ["whsec_aW52ZW50ZWQtc2VjcmV0LW9uZQ==", "whsec_aW52ZW50ZWQtc2VjcmV0LXR3bw=="] as const;
const BODY = '{"type":"JobCompleted","text":"héllo"}';
const HOSTS = ["127.0.0.1", "localhost", "good.com", "[::1]"];

const message = (given: Partial<CallbackMessage> = {}): CallbackMessage => ({
  id: "evt_1",
  atMs: Date.now(),
  body: BODY,
  secrets: SECRETS,
  hosts: HOSTS,
  ...given,
});

const local = (options: Partial<UndiciCallbackOptions> = {}) =>
  undiciCallbackSender({ loopbackAllowed: true, ...options });

/** A receiver that keeps what came. */
async function receiver(answer: RequestListener = (_, response) => void response.end("ok")) {
  const got: { headers: Record<string, string>; body: string; path: string }[] = [];
  const url = await listenHttp(async (request, response) => {
    const body = await text(request);
    got.push({ headers: request.headers as Record<string, string>, body, path: request.url ?? "" });
    answer(request, response);
  });
  return { url, got };
}

describe("a callback", () => {
  it("carries the event, signed so that the library's own check takes it with each secret", async () => {
    const { url, got } = await receiver();
    expect(await local().post(`${url}/hook?a=b`, message())).toEqual({ kind: "answered", status: 200 });
    const [{ headers, body, path } = { headers: {}, body: "", path: "" }] = got;
    expect({ body, path, count: got.length }).toEqual({ body: BODY, path: "/hook?a=b", count: 1 });
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Volley",
      "webhook-id": "evt_1",
    });
    for (const secret of SECRETS) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(BODY));
    expect(() => new Webhook("whsec_b3RoZXI=").verify(body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(SECRETS[0]).verify(`${body} `, headers)).toThrow("No matching signature");
  });

  it.each([204, 302, 404, 410, 500])("says the status of an answer as it is: %i", async (status) => {
    const { url, got } = await receiver((_, response) => void response.writeHead(status, { location: "/" }).end());
    expect(await local().post(url, message())).toEqual({ kind: "answered", status });
    expect(got).toHaveLength(1);
  });

  it("does not follow a redirect, wherever it leads", async () => {
    const inside = await receiver();
    const { url } = await receiver((_, response) => void response.writeHead(307, { location: inside.url }).end());
    expect(await local().post(url, message())).toEqual({ kind: "answered", status: 307 });
    expect(inside.got).toEqual([]);
  });

  it("does not wait for a body that comes slowly, or never ends", async () => {
    const slow = await receiver((_, response) => void response.writeHead(200).write("a"));
    expect(await local({ drainMs: 30 }).post(slow.url, message())).toEqual({ kind: "answered", status: 200 });
    let [open, sent] = [true, 0];
    const endless = await receiver((_, response) => {
      response.on("close", () => (open = false)).writeHead(201);
      const chunk = Buffer.alloc(16_384);
      const pump = (): void => {
        while (open && response.write(chunk)) sent += chunk.length;
        if (open) response.once("drain", pump);
      };
      pump();
    });
    expect(await local({ drainMs: 60_000 }).post(endless.url, message())).toEqual({ kind: "answered", status: 201 });
    await expect.poll(() => open).toBe(false);
    expect(sent).toBeLessThan(16_777_216);
  });

  it.each([
    { when: "no answer", greet: () => {}, timeoutMs: 40, code: "CallTimeout" },
    { when: "an answer that is not HTTP", greet: (s: { end(t: string): void }) => s.end("hello\r\n"), code: "NotHttp" },
    {
      when: "a reset",
      greet: (s: { resetAndDestroy(): void }) => setTimeout(() => s.resetAndDestroy(), 20),
      code: "ConnectionReset",
    },
  ])("breaks at $when: $code", async ({ greet, timeoutMs = 10_000, code }) => {
    const host = await listenTcp(greet);
    expect(await local({ timeoutMs }).post(`http://${host}/`, message())).toEqual({ kind: "broken", code });
  });

  it("breaks where the other side does not speak TLS, and where its name does not resolve", async () => {
    const { url } = await receiver();
    const tls = await local().post(url.replace("http", "https"), message());
    expect(tls).toEqual({ kind: "broken", code: "TlsFailed" });
    const resolve = () => Promise.reject(Object.assign(new Error("no such host"), { code: "ENOTFOUND" }));
    const name = await local({ resolve }).post("https://good.com/", message());
    expect(name).toEqual({ kind: "broken", code: "DnsFailed" });
    const never = await local({ timeoutMs: 30, resolve: () => new Promise(() => {}) }).post(
      "https://good.com/",
      message(),
    );
    expect(never).toEqual({ kind: "broken", code: "ConnectTimeout" });
  });

  it.each([{ secrets: [] }, { secrets: ["whsec_"] }, { secrets: [SECRETS[0], "whsec_not base64!"] }])(
    "is not sent unsigned: $secrets",
    async ({ secrets }) => {
      const { url, got } = await receiver();
      expect(await local().post(url, message({ secrets }))).toEqual({ kind: "broken", code: "SecretUnusable" });
      expect(got).toEqual([]);
    },
  );
});

describe("the address that is connected to", () => {
  const four = (address: string) => ({ address, family: 4 });

  it.each([
    { when: "loopback", to: [four("127.0.0.1")] },
    { when: "a metadata service", to: [four("169.254.169.254")] },
    { when: "private", to: [four("10.1.2.3")] },
    { when: "IPv6 loopback", to: [{ address: "::1", family: 6 }] },
    { when: "IPv4-mapped", to: [{ address: "::ffff:127.0.0.1", family: 6 }] },
    { when: "one public, one inside", to: [four("93.184.215.14"), four("127.0.0.1")] },
    { when: "none", to: [] },
  ])("is judged, whatever the name is: $when", async ({ to }) => {
    const { url, got } = await receiver();
    const sender = undiciCallbackSender({ loopbackAllowed: false, resolve: async () => to });
    const answer = await sender.post(`https://good.com:${new URL(url).port}/`, message());
    expect(answer).toEqual({ kind: "broken", code: "AddressRefused" });
    expect(got).toEqual([]);
  });

  it("is the one that was judged: a name that resolves to another one a moment later gains nothing", async () => {
    const answers = ["127.0.0.1", "10.0.0.1", "127.0.0.1"];
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return [four(answers[asked.length - 1] ?? "10.0.0.1")];
    };
    const { url, got } = await receiver();
    const byName = url.replace("127.0.0.1", "localhost.");
    const sender = local({ resolve });
    expect(await sender.post(byName, message())).toEqual({ kind: "answered", status: 200 });
    expect(asked).toEqual(["localhost"]); // once: nobody asks again between the check and the connection
    expect(await sender.post(byName, message())).toEqual({ kind: "broken", code: "AddressRefused" });
    expect(got).toHaveLength(1);
  });

  it.each([
    { when: "a host that the client may not call any more", url: "https://good.com/", hosts: ["other.com"] },
    { when: "this machine, on AWS", url: "https://localhost/", hosts: HOSTS },
    { when: "an address, on AWS", url: "https://2130706433/", hosts: HOSTS },
    { when: "an address behind a name", url: "https://good.com@127.0.0.1/", hosts: HOSTS },
    { when: "IPv6 loopback, on AWS", url: "https://[::1]/", hosts: HOSTS },
  ])("is not even looked up for $when", async ({ url, hosts }) => {
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      return [four("93.184.215.14")];
    };
    const sender = undiciCallbackSender({ loopbackAllowed: false, resolve });
    expect(await sender.post(url, message({ hosts }))).toEqual({ kind: "broken", code: "HostNotAllowed" });
    expect(asked).toEqual([]);
  });
});
