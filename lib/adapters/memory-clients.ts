import type { Client } from "../domain/client.ts";
import type { Clients } from "../ports/clients.ts";

export const memoryClients = (clients: readonly Client[]): Clients => ({
  all: async () => clients,
  find: async (id) => clients.find((client) => client.id === id),
});
