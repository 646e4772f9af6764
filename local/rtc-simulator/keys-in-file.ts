import { readFileSync } from "node:fs";
import type { Keys } from "./accounts.ts";

/**
 * The keys of an account in the file of the local stack's secrets, read each time. A pair that was there once stays valid, as it
 * does at the vendor until somebody deletes it: so keys are exchanged while messages are sent.
 */
export function keysInFile(path: string, secret: string): () => readonly Keys[] {
  const seen = new Map<string, Keys>();
  return () => {
    const secrets: Readonly<Record<string, Keys | undefined>> = JSON.parse(readFileSync(path, "utf8"));
    const keys = secrets[secret];
    if (keys?.accessKeyId) seen.set(`${keys.accessKeyId} ${keys.secretAccessKey}`, keys);
    return [...seen.values()];
  };
}
