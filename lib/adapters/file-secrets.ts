import { readFile } from "node:fs/promises";
import type { GetSecret } from "./secrets-manager.ts";

/** Secrets in a file, a JSON object of them by name, read each time: for the local stack. */
export function fileSecrets(path: string): GetSecret {
  return async (id) => {
    const secrets: unknown = JSON.parse(await readFile(path, "utf8"));
    const secret =
      typeof secrets === "object" && secrets !== null ? new Map(Object.entries(secrets)).get(id) : undefined;
    return secret === undefined ? undefined : JSON.stringify(secret);
  };
}
