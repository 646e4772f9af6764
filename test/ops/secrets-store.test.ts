import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stageSecrets } from "../../ops/secrets-store.ts";

// The secrets of a stage, over the wire of Secrets Manager.

const KEYS = { accessKeyId: "AKLTinvented", secretAccessKey: "invented-secret" };
const kept = new Map([["empty", "{}"]]);
const server = createServer(async (request, response) => {
  const { SecretId, SecretString } = JSON.parse(await text(request));
  const found = kept.get(SecretId);
  if (found !== undefined && SecretString !== undefined) kept.set(SecretId, SecretString);
  response.writeHead(found === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(found === undefined ? { __type: "ResourceNotFoundException" } : { SecretString: found }));
});
let store: ReturnType<typeof stageSecrets>;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  store = stageSecrets(new SecretsManagerClient({ region: "local", endpoint, credentials, maxAttempts: 1 }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("a secret that the stack has made is empty until it is filled", async () => {
  expect(await store.read("empty")).toBe("empty");
  expect(await store.write("empty", KEYS)).toBe(true);
  expect(await store.read("empty")).toEqual(KEYS);
});

it("a secret that there is not is not made: the stack does that", async () => {
  expect(await store.read("gone")).toBe("absent");
  expect(await store.write("gone", KEYS)).toBe(false);
  expect(kept.has("gone")).toBe(false);
});
