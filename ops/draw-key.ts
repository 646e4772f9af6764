import { hash, randomBytes } from "node:crypto";
import type { DrawnKey } from "../lib/domain/change-clients.ts";

/** A bearer key and a key pair, 256 random bits each. @param atMs epoch ms */
export function drawKey(atMs: number): DrawnKey {
  const key = `volley_${randomBytes(32).toString("base64url")}`;
  const accessKeyId = `VLAK${randomBytes(12).toString("hex")}`;
  return {
    key,
    sha256: hash("sha256", key),
    accessKeyId,
    secretAccessKey: randomBytes(32).toString("base64url"),
    atMs,
  };
}

/** @see https://www.standardwebhooks.com: `whsec_` and 24 to 64 random bytes as base64 */
export const drawCallbackSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;
