import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, it } from "vitest";
import { rtcCredentials } from "../../lib/adapters/rtc-credentials.ts";
import { secretsManager } from "../../lib/adapters/secrets-manager.ts";
import type { Keys } from "../../local/rtc-simulator/accounts.ts";
import { startRtcSimulator } from "../../local/rtc-simulator/server.ts";
import { client, endAll, ends } from "./loopback.ts";

// Keys are exchanged while messages are sent: at the vendor, and in the secret, each at its own time.

const OLD = { accessKeyId: "AKLTold", secretAccessKey: "invented-old" };
const NEW = { accessKeyId: "AKLTnew", secretAccessKey: "invented-new" };
const WRONG = { kind: "refused", why: "credentials" };
afterEach(endAll);

/** Secrets Manager as far as its HTTP goes, and how often it was read. */
async function secretStore() {
  const kept = { text: "{}", reads: 0, status: 200 };
  const server = createServer((_, response) => {
    kept.reads++;
    response.writeHead(kept.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ Name: "keys", SecretString: kept.text }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const aws = { region: "local", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };
  const getSecret = secretsManager(async () => new SecretsManagerClient({ ...aws, endpoint }));
  return { kept, getSecret };
}

async function world() {
  const valid: { keys: readonly Keys[] } = { keys: [OLD] };
  const quota = { messages: 1_000, windowMs: 1_000 };
  const account = { name: "account", keys: () => valid.keys, region: "cn-north-1", quota };
  const simulator = await startRtcSimulator({ accounts: [account] });
  ends.push(simulator.stop);
  const { kept, getSecret } = await secretStore();
  kept.text = JSON.stringify(OLD);
  const source = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined, secretId: "keys" };
  const { send, rtc } = client(simulator.url, { credentials: rtcCredentials(source, getSecret), now: Date.now });
  const call = async () => (await rtc.prepare()) ?? (await send());
  return { valid, kept, call, simulator };
}

describe("keys are rotated without a deploy", () => {
  it("the old pair is good, then both, then the new one alone: every call is taken", async () => {
    const { valid, kept, call, simulator } = await world();
    expect(await call()).toMatchObject({ kind: "answered" });
    valid.keys = [OLD, NEW];
    kept.text = JSON.stringify(NEW);
    expect(await call()).toMatchObject({ kind: "answered" }); // with the old pair, which is kept for five minutes
    expect(kept.reads).toBe(1);
    valid.keys = [NEW];
    expect(await call()).toMatchObject({ kind: "answered" }); // refused, read again, signed anew
    expect(kept.reads).toBe(2);
    expect(await call()).toMatchObject({ kind: "answered" });
    expect(kept.reads).toBe(2); // what was read is kept for everybody
    expect(simulator.stats().errorsByCode).toEqual({ InvalidAccessKey: 1 });
  });

  it("keys that the secret still holds are refused once, and the call is not made again", async () => {
    const { valid, call, simulator } = await world();
    valid.keys = [NEW];
    expect(await call()).toMatchObject(WRONG);
    expect(simulator.stats()).toMatchObject({ calls: 1, delivered: 0 });
  });

  it("other keys that are refused as well are tried once", async () => {
    const { valid, kept, call, simulator } = await world();
    await call();
    valid.keys = [];
    kept.text = JSON.stringify(NEW);
    expect(await call()).toMatchObject(WRONG);
    expect(simulator.stats().errorsByCode).toEqual({ InvalidAccessKey: 2 });
  });

  it("a secret that cannot be read leaves the refusal as it is", async () => {
    const { valid, kept, call } = await world();
    await call();
    valid.keys = [NEW];
    kept.status = 500;
    expect(await call()).toMatchObject(WRONG);
  });

  it("a secret that the stack has just made is read each time, so keys that are put into it count at once", async () => {
    const { kept, call } = await world();
    kept.text = "{}";
    expect(await call()).toMatchObject({ kind: "refused", why: "not-sent", code: "CredentialsUnavailable" });
    kept.text = JSON.stringify(OLD);
    expect(await call()).toMatchObject({ kind: "answered" });
  });
});
