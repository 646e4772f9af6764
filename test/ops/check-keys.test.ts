import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { checkKeys } from "../../ops/check-keys.ts";

const KEYS = { accessKeyId: "AKLTinvented", secretAccessKey: "invented-secret" };
const REGION = "cn-north-1";
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function simulator(faults: Parameters<typeof startRtcSimulator>[0]["faults"] = []) {
  const started = await startRtcSimulator({ ...KEYS, faults, quota: { messages: 10, windowMs: 1_000 } });
  ends.push(started.stop);
  return started;
}

/** An upstream that says the same to everybody. */
async function saying(status: number, code: string): Promise<string> {
  const body = JSON.stringify({ ResponseMetadata: { RequestId: "r", Error: { Code: code } } });
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([
  { when: "the right keys", keys: KEYS, want: { kind: "taken", code: "MissingParameter" } },
  {
    when: "another secret key",
    keys: { ...KEYS, secretAccessKey: "other" },
    want: { kind: "refused", code: "SignatureDoesNotMatch" },
  },
  {
    when: "an unknown id",
    keys: { ...KEYS, accessKeyId: "AKLTother" },
    want: { kind: "refused", code: "InvalidAccessKey" },
  },
  {
    when: "a token too many",
    keys: { ...KEYS, sessionToken: "t" },
    want: { kind: "refused", code: "InvalidSecretToken" },
  },
])("$when are $want.kind, and nothing is sent", async ({ keys, want }) => {
  const { url, stats } = await simulator();
  expect(await checkKeys({ endpoint: url, region: REGION }, keys, Date.now)).toMatchObject(want);
  expect(stats()).toMatchObject({ messages: 0, delivered: 0 });
});

it("an upstream that looks at the parameters before the signature tells nothing of the keys", async () => {
  const endpoint = await saying(400, "MissingParameter");
  const want = { kind: "untold", because: "answer", code: "MissingParameter", requestId: "r" };
  expect(await checkKeys({ endpoint, region: REGION }, KEYS, Date.now)).toEqual(want);
});

it.each([
  { when: "too fast", status: 429, code: "FlowLimitExceeded", want: "FlowLimitExceeded" },
  { when: "in trouble", status: 500, code: "InternalError", want: "InternalError" },
])("an upstream that is $when tells nothing of the keys", async ({ status, code, want }) => {
  const endpoint = await saying(status, code);
  expect(await checkKeys({ endpoint, region: REGION }, KEYS, Date.now)).toMatchObject({ kind: "untold", code: want });
});

it("keys that may not make the call are refused", async () => {
  const endpoint = await saying(403, "LackPolicy");
  expect(await checkKeys({ endpoint, region: REGION }, KEYS, Date.now)).toMatchObject({
    kind: "refused",
    code: "LackPolicy",
  });
});

it("an upstream that is not reached tells nothing of the keys", async () => {
  const { url, stop } = await simulator();
  await stop();
  ends.length = 0;
  const verdict = await checkKeys({ endpoint: url, region: REGION }, KEYS, Date.now);
  expect(verdict).toEqual({ kind: "untold", because: "unreached", code: "ECONNREFUSED" });
});
