import { hash } from "node:crypto";
import type { Client } from "../../lib/domain/client.ts";

/** Invented: opens nothing. */
export const KEY = "volley_test-key";
export const PAIR = { accessKeyId: "VLAKtest", secretAccessKey: "test-secret" };

export const aKey = (key = KEY, pair = PAIR): Client["keys"][number] => ({
  sha256: hash("sha256", key),
  ...pair,
  createdAtMs: 0,
});

export const aClient = (parts: Partial<Client> = {}): Client => ({
  id: "shop",
  scopes: ["send", "read", "control"],
  keys: [aKey()],
  ...parts,
});
