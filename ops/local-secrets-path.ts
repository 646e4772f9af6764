import { join } from "node:path";

/** Where the local stack keeps the keys of several Volcengine accounts. */
export const localSecretsPath = (env: Readonly<Record<string, string | undefined>>): string =>
  env["LOCAL_SECRETS"] || join(import.meta.dirname, "..", ".local", "secrets.json");
