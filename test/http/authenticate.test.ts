import { describe, expect, it } from "vitest";
import { memoryClients } from "../../lib/adapters/memory-clients.ts";
import { memoryRequestCounter } from "../../lib/adapters/memory-request-counter.ts";
import type { Client } from "../../lib/domain/client.ts";
import { type AuthenticatePorts, makeAuthenticate } from "../../lib/http/authenticate.ts";
import { HttpError } from "../../lib/http/http-error.ts";
import type { Request } from "../../lib/http/request.ts";
import { makeSigner } from "../../lib/volcengine/signature.ts";
import { aClient, aKey, KEY, PAIR } from "../support/a-client.ts";
import { aRequest } from "./request.ts";

const NOW_MS = Date.parse("2026-03-01T10:00:30Z");

function aDoor(clients: readonly Client[], parts: Partial<AuthenticatePorts> = {}) {
  const logged: unknown[] = [];
  const log = { warn: (...facts: unknown[]) => void logged.push(facts) } as AuthenticatePorts["log"];
  const counter = memoryRequestCounter();
  const authenticate = makeAuthenticate({
    ...{ mode: "keys", clients: memoryClients(clients), counter, now: () => NOW_MS, log },
    ...parts,
  });
  const refusal = async (request: Request): Promise<HttpError> => {
    const error: unknown = await authenticate(request).catch((thrown: unknown) => thrown);
    if (error instanceof HttpError) return error;
    throw new Error(`it was taken: ${JSON.stringify(error)}`);
  };
  return { authenticate, refusal, logged };
}

const withKey = (key: string, parts: Parameters<typeof aRequest>[0] = {}) =>
  aRequest({ ...parts, headers: { authorization: key } });

function signed(body: string, pair = PAIR, base64 = false) {
  const sign = makeSigner({ region: "cn-north-1", service: "rtc" });
  const headers = sign({ method: "POST", path: "/v1/jobs", query: "", headers: {} }, body, pair, NOW_MS);
  const sent = base64 ? Buffer.from(body).toString("base64") : body;
  return aRequest({ method: "POST", path: "/v1/jobs", body: sent, base64, headers });
}

describe("authenticate by keys", () => {
  it("knows the owner of a key, and what it may do", async () => {
    const shop = aClient({ appIds: [7], senders: ["5"], maxReceivers: 9, callbackHosts: ["a.example"] });
    const { authenticate } = aDoor([aClient({ id: "other", keys: [aKey("another")] }), shop]);
    for (const scheme of ["Bearer", "bearer"]) {
      expect(await authenticate(withKey(`${scheme} ${KEY}`))).toEqual({
        clientId: "shop",
        scopes: new Set(["send", "read", "control"]),
        appIds: [7],
        senders: ["5"],
        maxReceivers: 9,
        callbackHosts: ["a.example"],
      });
    }
  });

  it("takes both keys while they are exchanged", async () => {
    const { authenticate } = aDoor([aClient({ keys: [aKey("old"), aKey("new")] })]);
    for (const key of ["old", "new"])
      expect(await authenticate(withKey(`Bearer ${key}`))).toMatchObject({ clientId: "shop" });
  });

  it.each([{ base64: false }, { base64: true }])(
    "knows the owner of a signature, base64 $base64",
    async ({ base64 }) => {
      const { authenticate } = aDoor([aClient()]);
      const { clientId, signature } = await authenticate(signed('{"a":"消息"}', PAIR, base64));
      expect({ clientId, signature }).toEqual({ clientId: "shop", signature: expect.stringMatching(/^[0-9a-f]{64}$/) });
    },
  );

  it.each([
    { when: "nothing", request: aRequest({}), code: "MissingAuthenticationToken" },
    { when: "another scheme", request: withKey("Basic YTpi"), code: "InvalidAuthorization" },
    { when: "no key", request: withKey("Bearer "), code: "InvalidAuthorization" },
    { when: "two keys", request: withKey(`Bearer ${KEY}, Bearer ${KEY}`), code: "InvalidAuthorization" },
    { when: "a wrong key", request: withKey(`Bearer ${KEY}x`), code: "InvalidAccessKey" },
    { when: "the hash of a key", request: withKey(`Bearer ${aKey().sha256}`), code: "InvalidAccessKey" },
    { when: "an access key id", request: withKey(`Bearer ${PAIR.accessKeyId}`), code: "InvalidAccessKey" },
    { when: "an unknown pair", request: signed("{}", { ...PAIR, accessKeyId: "VLAKnone" }), code: "InvalidAccessKey" },
    { when: "a wrong secret", request: signed("{}", { ...PAIR, secretAccessKey: "x" }), code: "SignatureDoesNotMatch" },
    { when: "another body", request: { ...signed("{}"), body: "[]" }, code: "SignatureDoesNotMatch" },
    {
      when: "what IAM's authorizer says",
      request: aRequest({ userArn: "arn:aws:iam::123456789012:user/a" }),
      code: "MissingAuthenticationToken",
    },
  ])("refuses $when with 401 $code", async ({ request, code }) => {
    const { refusal, logged } = aDoor([aClient()]);
    const { status, facts } = await refusal(request);
    expect({ status, code: facts.vendorCode }).toEqual({ status: 401, code });
    expect(facts.headers).toMatchObject({ "www-authenticate": expect.stringContaining("Bearer") });
    expect(logged).toEqual([["not authenticated", expect.objectContaining({ code })]]);
  });

  it("logs whose key it was, and never a key or a signature", async () => {
    const { refusal, logged } = aDoor([aClient()]);
    const request = signed("{}", { ...PAIR, secretAccessKey: "x" });
    await refusal(request);
    await refusal(withKey(`Bearer ${KEY}x`));
    expect(logged[0]).toEqual(["not authenticated", { code: "SignatureDoesNotMatch", clientId: "shop" }]);
    const text = JSON.stringify(logged);
    for (const secret of [KEY, PAIR.secretAccessKey, request.headers["authorization"] ?? "none"])
      expect(text).not.toContain(secret);
  });

  it("answers 429 past the client's requests a minute, and takes the next minute's", async () => {
    let nowMs = NOW_MS;
    const { authenticate, refusal } = aDoor([aClient({ requestsPerMinute: 2 })], { now: () => nowMs });
    const request = withKey(`Bearer ${KEY}`);
    await authenticate(request);
    await authenticate(request);
    const { status, facts } = await refusal(request);
    expect({ status, headers: facts.headers }).toEqual({
      status: 429,
      headers: { "retry-after": "30", "ratelimit-policy": '"requests";q=2;w=60', ratelimit: '"requests";r=0;t=30' },
    });
    nowMs += 30_000;
    expect(await authenticate(request)).toMatchObject({ clientId: "shop" });
  });
});

describe("authenticate by IAM", () => {
  const role = aRequest({ userArn: "arn:aws:sts::123456789012:assumed-role/Role/session" });

  it("takes the role for the client; IAM's policy says what it may call", async () => {
    const { authenticate } = aDoor([], { mode: "iam" });
    expect(await authenticate(role)).toEqual({
      clientId: "123456789012:role/Role",
      principal: "arn:aws:sts::123456789012:assumed-role/Role/session",
      scopes: new Set(["send", "read", "control"]),
    });
  });

  it("keeps to the limits of a client of the same id", async () => {
    const limited = aClient({ id: "123456789012:role/Role", scopes: ["read"], appIds: [7], keys: [] });
    const { authenticate } = aDoor([limited], { mode: "iam" });
    expect(await authenticate(role)).toMatchObject({ scopes: new Set(["read"]), appIds: [7] });
  });

  it("takes no key", async () => {
    const { refusal } = aDoor([aClient()], { mode: "iam" });
    expect((await refusal(withKey(`Bearer ${KEY}`))).status).toBe(401);
  });
});
