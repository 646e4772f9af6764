import { join } from "node:path";

/** Where the local stack keeps who may call it. */
export const localClientsPath = (env: Readonly<Record<string, string | undefined>>): string =>
  env["LOCAL_CLIENTS"] || join(import.meta.dirname, "..", ".local", "clients.json");
