import { readFile, stat } from "node:fs/promises";
import type { Client } from "../domain/client.ts";
import type { Clients } from "../ports/clients.ts";
import { readClients } from "./clients-json.ts";

/** The list of clients in a file, read again whenever the file is another: for the local stack. */
export function fileClients(path: string): Clients {
  let read: Readonly<{ version: string; clients: readonly Client[] }> | undefined;
  return {
    all,
    async find(id) {
      return (await all()).find((client) => client.id === id);
    },
  };

  async function all(): Promise<readonly Client[]> {
    const { mtimeMs, ino, size } = await stat(path);
    const version = `${mtimeMs} ${ino} ${size}`;
    if (read?.version !== version) read = { version, clients: readClients(await readFile(path, "utf8"), path) };
    return read.clients;
  }
}
